select
    attendance_id,
    site_code,
    assault_method,
    {{ known("assault_location_type") }} as assault_location_type,
    lsoa_code,
    delivery_id,
    cast(date_trunc('month', arrived_at) as date) as month_start
from {{ source("health", "ed_assaults") }}
