select
    month_start,
    helpline_name,
    lad_code,
    call_count,
    call_count_status,
    domestic_call_count,
    domestic_call_count_status,
    delivery_id,
    line
from {{ source("support", "helpline_calls") }}
