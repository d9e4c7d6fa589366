-- Force totals stand for the area only where the area is the whole of its forces.
select count(*) filter (districts.lad_code is null) = 0 as is_whole_force
from {{ ref("stg_reference__lad_police_force") }} as forces
inner join {{ ref("stg_run__area_police_forces") }} as own on forces.police_force_code = own.police_force_code
left join {{ ref("stg_run__districts") }} as districts on forces.lad_code = districts.lad_code
