select
    event_id,
    academic_year_start,
    event_type,
    lad_code,
    phase,
    sex,
    reason_1,
    reason_2,
    reason_3,
    delivery_id
from {{ source("education", "suspensions") }}
