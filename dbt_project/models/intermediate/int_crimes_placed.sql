-- A crime without a usable LSOA has the district that the force gave; those of other forces are none of the area's.
with

crimes as (
    {{ in_own_districts(ref("int_crimes_latest")) }}
),

placed as (
    {{ place_records("crimes", "month_start, crime_id") }}
),

judged as (
    select
        placed.*,
        case
            when forces.police_force_code is null then 'out_of_area'
            when placed.lsoa_placement in ('in_area', 'out_of_area') then placed.lsoa_placement
            when placed.lad_code is null or districts.lad_code is not null then placed.lsoa_placement
            when known.lad_code is null and not reach.has_lads_of_area_alone then 'unknown_code'
            else 'out_of_area'
        end as placement,
        forces.police_force_code is null as is_of_other_force,
        districts.lad_code as given_lad_code
    from placed
    left join {{ ref("stg_run__districts") }} as districts on placed.own_lad_code = districts.lad_code
    left join {{ ref("int_known_lads") }} as known on placed.lad_code = known.lad_code
    left join {{ ref("stg_run__area_police_forces") }} as forces on placed.police_force_code = forces.police_force_code
    cross join {{ ref("int_lookup_reach") }} as reach
)

select
    *,
    case when placement != 'out_of_area' then place_msoa_code end as msoa_code,
    case when placement != 'out_of_area' then coalesce(place_lad_code, given_lad_code) end as lad_in_area
from judged
