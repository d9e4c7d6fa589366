select
    mid_year,
    lower(geographic_level) as geographic_level,
    region_code,
    lad_code,
    population,
    population_status,
    delivery_id
from {{ source("dfe", "child_population") }}
