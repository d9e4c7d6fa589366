select
    police_force_name,
    csp_name,
    offence_description,
    offence_group,
    offence_subgroup,
    offence_code,
    offence_count,
    delivery_id,
    line,
    cast({{ dbt.dateadd("month", "(financial_quarter - 1) * 3", "financial_year_start") }} as date) as quarter_start
from {{ source("home_office", "recorded_crime_csp") }}
