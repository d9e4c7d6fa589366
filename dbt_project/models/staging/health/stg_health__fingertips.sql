select
    fingertips_id,
    area_code,
    sex,
    category,
    financial_year_start,
    event_count,
    population,
    delivery_id
from {{ source("health", "fingertips") }}
