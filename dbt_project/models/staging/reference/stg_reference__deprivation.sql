select
    lsoa_code,
    deprivation_rank,
    deprivation_decile
from {{ source("reference", "deprivation") }}
