-- Force totals stand for the area only where the area is the whole of its forces.
with

covered as (
    select
        count(*) filter (where districts.lad_code is null) = 0 as is_whole_force,
        count(distinct force_districts.police_force_code) as force_count
    from {{ ref("int_force_districts") }} as force_districts
    inner join {{ ref("stg_run__area_police_forces") }} as own
        on force_districts.police_force_code = own.police_force_code
    left join {{ ref("stg_run__districts") }} as districts on force_districts.lad_code = districts.lad_code
)

select
    is_whole_force,
    is_whole_force and force_count > 1 as is_several_forces
from covered
