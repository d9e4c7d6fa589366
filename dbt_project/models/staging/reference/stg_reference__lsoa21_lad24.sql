select
    lsoa_code,
    ward_code,
    ward_name,
    lad_code,
    lad_name,
    delivery_id
from {{ source("reference", "lsoa21_lad24") }}
