select
    lsoa_code,
    msoa_code,
    msoa_name,
    lad_code,
    lad_name
from {{ source("reference", "lsoa_lookup") }}
