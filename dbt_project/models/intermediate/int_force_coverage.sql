-- Force totals stand for the area only where the area is the whole of its forces.
with

force_districts as (
    {{ in_own_districts(ref("stg_reference__lad_police_force")) }}
)

select count(*) filter (where districts.lad_code is null) = 0 as is_whole_force
from force_districts
inner join {{ ref("stg_run__area_police_forces") }} as own on force_districts.police_force_code = own.police_force_code
left join {{ ref("stg_run__districts") }} as districts on force_districts.own_lad_code = districts.lad_code
