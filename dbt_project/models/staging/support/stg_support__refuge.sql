select
    month_start,
    lad_code,
    bed_space_count,
    bed_space_count_status,
    occupied_count,
    occupied_count_status,
    refusal_count,
    refusal_count_status,
    no_space_refusal_count,
    no_space_refusal_count_status,
    delivery_id,
    line
from {{ source("support", "refuge") }}
