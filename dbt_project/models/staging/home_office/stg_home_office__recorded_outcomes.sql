select
    police_force_name,
    offence_group,
    outcome_group,
    cast(outcome_type as varchar) as outcome_code,
    outcome_count,
    is_territorial,
    delivery_id,
    line,
    cast({{ dbt.dateadd("month", "(financial_quarter - 1) * 3", "financial_year_start") }} as date) as quarter_start
from {{ source("home_office", "recorded_outcomes") }}
