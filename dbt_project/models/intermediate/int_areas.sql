with

force_names as (
    select
        police_force_code,
        max(police_force_name) as police_force_name
    from {{ ref("int_force_districts") }}
    group by all
),

district_names as (
    select
        lad_code,
        min(lad_name) as lad_name
    from {{ ref("stg_reference__lad_boundaries") }}
    group by all
),

areas as (
    select
        area_code,
        area_name,
        'vru' as area_type,
        region_code as parent_code
    from {{ ref("stg_run__assessment") }}

    union all

    select
        districts.lad_code as area_code,
        coalesce(district_names.lad_name, districts.lad_code) as area_name,
        'lad' as area_type,
        assessment.area_code as parent_code
    from {{ ref("stg_run__districts") }} as districts
    left join district_names on districts.lad_code = district_names.lad_code
    cross join {{ ref("stg_run__assessment") }} as assessment

    union all

    select distinct
        msoa_code as area_code,
        msoa_name as area_name,
        'msoa' as area_type,
        lad_code as parent_code
    from {{ ref("int_lsoa_places") }}
    where msoa_code is not null

    union all

    select
        region_code as area_code,
        region_name as area_name,
        'region' as area_type,
        country_code as parent_code
    from {{ ref("stg_run__assessment") }}

    union all

    select
        country_code as area_code,
        country_name as area_name,
        'country' as area_type,
        '' as parent_code
    from {{ ref("stg_run__assessment") }}

    union all

    -- Home Office tables speak of England and Wales together.
    select
        'K04000001' as area_code,
        'England and Wales' as area_name,
        'country' as area_type,
        '' as parent_code
    from {{ ref("stg_run__assessment") }}
    where country_code in ('E92000001', 'W92000004')

    union all

    select distinct
        members.area_code,
        'Statistical neighbours of ' || coalesce(district_names.lad_name, districts.lad_code) as area_name,
        'neighbours' as area_type,
        districts.lad_code as parent_code
    from {{ ref("int_area_members") }} as members
    inner join {{ ref("stg_run__districts") }} as districts
        on members.area_code = concat(districts.lad_code, '-neighbours')
    left join district_names on districts.lad_code = district_names.lad_code
    where members.area_type = 'neighbours'

    union all

    select distinct
        members.area_code,
        coalesce(forces.police_force_name, force_names.police_force_name) || ' (police force)' as area_name,
        'force' as area_type,
        case when coverage.is_several_forces then assessment.area_code else assessment.region_code end as parent_code
    from {{ ref("int_area_members") }} as members
    inner join force_names on members.area_code = force_names.police_force_code
    left join {{ ref("police_forces") }} as forces on members.area_code = forces.police_force_code
    cross join {{ ref("int_force_coverage") }} as coverage
    cross join {{ ref("stg_run__assessment") }} as assessment
    where members.area_type = 'force'
)

select
    area_code,
    area_name,
    area_type,
    parent_code
from areas
