select
    csp_name,
    police_force_name,
    region_name,
    nullif(area_code, 'N/A') as area_code,
    delivery_id,
    line
from {{ source("home_office", "csp_names") }}
