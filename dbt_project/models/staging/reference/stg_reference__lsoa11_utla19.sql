select
    lsoa_code,
    utla_code,
    utla_name,
    delivery_id
from {{ source("reference", "lsoa11_utla19") }}
