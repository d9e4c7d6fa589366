select
    academic_year_start,
    term,
    lad_code,
    phase,
    pupil_group,
    pupil_count,
    persistent_absentee_count,
    severe_absentee_count,
    possible_session_count,
    missed_session_count,
    delivery_id
from {{ source("education", "school_absence") }}
