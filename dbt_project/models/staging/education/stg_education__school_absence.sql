select
    academic_year_start,
    term,
    lad_code,
    phase,
    pupil_group,
    pupil_count,
    persistent_absentee_count,
    delivery_id
from {{ source("education", "school_absence") }}
