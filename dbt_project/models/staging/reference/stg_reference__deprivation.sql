select
    lsoa_code,
    deprivation_rank,
    deprivation_decile,
    delivery_id
from {{ source("reference", "deprivation") }}
