select
    crimes.*,
    places.msoa_code,
    coalesce(places.lad_code, case when crimes.lsoa_code is null then districts.lad_code end) as lad_in_area,
    case
        when places.lsoa_code is not null then 'in_area'
        when crimes.lsoa_code is not null then 'out_of_area'
        when crimes.lad_code is not null and districts.lad_code is null then 'out_of_area'
        else 'unlocated'
    end as placement
from {{ ref("int_crimes_latest") }} as crimes
left join {{ ref("int_lsoas") }} as places on crimes.lsoa_code = places.lsoa_code
left join {{ ref("stg_run__districts") }} as districts on crimes.lad_code = districts.lad_code
inner join {{ ref("stg_run__area_police_forces") }} as forces on crimes.police_force_code = forces.police_force_code
