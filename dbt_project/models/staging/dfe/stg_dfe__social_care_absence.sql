select
    academic_year_start,
    lower(geographic_level) as geographic_level,
    region_code,
    lad_code,
    social_care_group,
    phase,
    pupil_count,
    pupil_count_status,
    persistent_absentee_count,
    persistent_absentee_count_status,
    delivery_id
from {{ source("dfe", "social_care_absence") }}
