select
    police_force_name,
    offence_description,
    is_knife_enabled,
    offence_count,
    delivery_id,
    line,
    cast({{ dbt.dateadd("month", "(financial_quarter - 1) * 3", "financial_year_start") }} as date) as quarter_start
from {{ source("home_office", "knife_crime") }}
