select
    police_force_name,
    offence_code,
    offence_group,
    offence_count,
    is_territorial,
    delivery_id,
    cast({{ dbt.dateadd("month", "(financial_quarter - 1) * 3", "financial_year_start") }} as date) as quarter_start
from {{ source("home_office", "recorded_crime") }}
