select
    academic_year_start,
    lower(geographic_level) as geographic_level,
    region_code,
    lad_code,
    phase,
    reason_label,
    permanent_exclusion_count,
    permanent_exclusion_count_status,
    suspension_count,
    suspension_count_status,
    delivery_id
from {{ source("dfe", "suspensions_by_reason") }}
