select
    lsoa_code,
    population,
    delivery_id
from {{ source("reference", "lsoa_population_2021") }}
