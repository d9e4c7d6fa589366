select
    lad_code,
    lad_name,
    csp_code,
    csp_name,
    police_force_code,
    police_force_name,
    delivery_id
from {{ source("reference", "lad_police_force") }}
