select
    mid_year,
    lsoa_code,
    sex,
    age,
    population,
    delivery_id
from {{ source("reference", "lsoa_population") }}
