select
    mid_year,
    lsoa_code,
    sex,
    age,
    population
from {{ source("reference", "lsoa_population") }}
