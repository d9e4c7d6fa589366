select
    lad_code,
    police_force_code,
    delivery_id
from {{ source("reference", "lad_police_force") }}
