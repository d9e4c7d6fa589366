select
    lsoa_code,
    population
from {{ source("reference", "lsoa11_population") }}
