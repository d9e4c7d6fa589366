select distinct
    lsoa_code,
    lad_code,
    lad_name
from {{ source("reference", "lsoa11_lad21") }}
