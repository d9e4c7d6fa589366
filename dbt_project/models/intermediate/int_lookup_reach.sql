-- A lookup of the area alone cannot tell a place elsewhere from a code that does not exist. The areas are those of
-- 2021 where a lookup of LSOAs to MSOAs of 2021 places some LSOA in them.
select
    lsoas.is_of_area_alone as has_lsoas_of_area_alone,
    lads.is_of_area_alone as has_lads_of_area_alone,
    case
        when lsoas.places_of_2021 > 0 then '2021'
        when lsoas.places_of_area > 0 then '2011'
        else 'none'
    end as area_vintage
from (
    select
        count(*) > 0 and count(*) filter (where lad_code is null) = 0 as is_of_area_alone,
        count(lad_code) as places_of_area,
        count(case when is_converted then lad_code end) as places_of_2021
    from {{ ref("int_lsoa_places") }}
) as lsoas
cross join (
    select count(*) filter (where known.is_delivered and districts.lad_code is null) = 0 as is_of_area_alone
    from {{ ref("int_known_lads") }} as known
    left join {{ ref("stg_run__districts") }} as districts on known.lad_code = districts.lad_code
) as lads
