-- A crime without a usable LSOA has the district that the force gave; those of other forces are none of the area's.
with

crimes as (
    {{ in_own_districts(ref("int_crimes_latest")) }}
),

judged as (
    {{ place_by_force("crimes", "month_start, crime_id") }}
)

select
    *,
    case when placement != 'out_of_area' then place_msoa_code end as msoa_code,
    case when placement != 'out_of_area' then coalesce(place_lad_code, given_lad_code) end as lad_in_area
from judged
