select
    academic_year_start,
    lad_code,
    sen_provision,
    primary_need,
    pupil_count,
    pupil_count_status,
    delivery_id
from {{ source("education", "special_needs") }}
