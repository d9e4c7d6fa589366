with

lookups as (
    select
        lsoa_code,
        msoa_code,
        msoa_name,
        lad_code
    from {{ ref("stg_reference__lsoa_lookup") }}

    union all

    select
        lads.lsoa_code,
        msoas.msoa_code,
        msoas.msoa_name,
        lads.lad_code
    from {{ ref("stg_reference__lsoa11_lad21") }} as lads
    left join {{ ref("stg_reference__lsoa11_msoa11") }} as msoas on lads.lsoa_code = msoas.lsoa_code

    union all

    -- An LSOA born in 2021 lies in the MSOA of the LSOA that it came from.
    select
        changes.lsoa21_code as lsoa_code,
        msoas.msoa_code,
        msoas.msoa_name,
        lads.lad_code
    from {{ ref("stg_reference__lsoa11_lsoa21") }} as changes
    inner join {{ ref("stg_reference__lsoa11_lad21") }} as lads on changes.lsoa11_code = lads.lsoa_code
    left join {{ ref("stg_reference__lsoa11_msoa11") }} as msoas on changes.lsoa11_code = msoas.lsoa_code
    where changes.lsoa21_code != changes.lsoa11_code
),

one_place_each as (
    select
        lsoa_code,
        min(msoa_code) as msoa_code,
        min(msoa_name) as msoa_name,
        min(lad_code) as lad_code
    from lookups
    group by all
)

select
    places.lsoa_code,
    places.msoa_code,
    places.msoa_name,
    places.lad_code
from one_place_each as places
inner join {{ ref("stg_run__districts") }} as districts on places.lad_code = districts.lad_code
