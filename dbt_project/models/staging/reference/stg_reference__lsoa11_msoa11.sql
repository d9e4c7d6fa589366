select distinct
    lsoa_code,
    msoa_code,
    msoa_name
from {{ source("reference", "lsoa11_msoa11") }}
