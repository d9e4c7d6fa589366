select
    lad_code,
    lad_name,
    geometry
from {{ source("reference", "lad_boundaries") }}
