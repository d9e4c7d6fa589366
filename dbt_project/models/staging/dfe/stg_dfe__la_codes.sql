select
    la_number,
    la_name,
    region_name,
    authority_type,
    delivery_id
from {{ source("dfe", "la_codes") }}
