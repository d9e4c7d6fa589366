select
    financial_year_start,
    programme_name,
    lad_code,
    place_count,
    place_count_status,
    start_count,
    start_count_status,
    completion_count,
    completion_count_status,
    delivery_id,
    line
from {{ source("support", "perpetrator_programmes") }}
