select
    lsoa_code,
    geometry,
    delivery_id
from {{ source("reference", "lsoa_boundaries") }}
