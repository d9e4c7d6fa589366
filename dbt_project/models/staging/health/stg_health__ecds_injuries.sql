-- The data set marks attendances that were sent twice; those without the mark are counted.
select
    injured_on,
    injury_time,
    injury_intent_code,
    injury_mechanism_code,
    activity_status_code,
    activity_type_code,
    injury_place_code,
    chief_complaint_code,
    acuity_code,
    diagnosis_codes,
    lsoa_code,
    delivery_id,
    line,
    cast(date_trunc('month', injured_on) as date) as month_start
from {{ source("health", "ecds_injuries") }}
where not coalesce(is_duplicate, false)
