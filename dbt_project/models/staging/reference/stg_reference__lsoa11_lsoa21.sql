select
    lsoa11_code,
    lsoa21_code,
    change_code,
    delivery_id
from {{ source("reference", "lsoa11_lsoa21") }}
