select
    lsoa_code,
    population,
    delivery_id
from {{ source("reference", "lsoa11_population") }}
