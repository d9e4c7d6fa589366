select
    police_force_code,
    geometry,
    delivery_id
from {{ source("reference", "pfa_boundaries") }}
