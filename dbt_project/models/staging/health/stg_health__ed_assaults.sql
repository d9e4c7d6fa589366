-- The minimum data set has no identifier: such a record is one of its own, however much it looks like another.
select
    coalesce(attendance_id, concat(delivery_id, '-', cast(line as varchar))) as attendance_id,
    site_code,
    assaulted_at,
    {{ known("assault_method") }} as assault_method,
    {{ known("assault_location_type") }} as assault_location_type,
    age,
    {{ sex_of("sex_code") }} as sex,
    lsoa_code,
    delivery_id,
    cast(date_trunc('month', arrived_at) as date) as month_start
from {{ source("health", "ed_assaults") }}
