select
    incident_id,
    lsoa_code,
    location_type,
    chief_complaint,
    {{ sex_of("sex") }} as sex,
    is_conveyed,
    delivery_id,
    cast(date_trunc('month', called_at) as date) as month_start
from {{ source("health", "ambulance_callouts") }}
