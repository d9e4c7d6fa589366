select
    financial_year_start,
    lad_code,
    area_name,
    entrant_count,
    entrant_count_status,
    child_population,
    child_population_status,
    rate_per_100000,
    rate_per_100000_status,
    delivery_id
from {{ source("dfe", "first_time_entrants") }}
