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

-- Another vintage of a district's code must not hide the one that the assessment names.
in_area as (
    select
        lookups.lsoa_code,
        lookups.msoa_code,
        lookups.msoa_name,
        lookups.lad_code,
        row_number() over (
            partition by lookups.lsoa_code order by lookups.lad_code asc, lookups.msoa_code asc nulls last
        ) as choice
    from lookups
    inner join {{ ref("stg_run__districts") }} as districts on lookups.lad_code = districts.lad_code
)

select
    lsoa_code,
    msoa_code,
    msoa_name,
    lad_code
from in_area
where choice = 1
