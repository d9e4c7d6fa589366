select
    financial_year_start,
    age_range,
    sex,
    unit,
    published_value,
    observation_status,
    delivery_id,
    line
from {{ source("survey", "homicide_rates") }}
