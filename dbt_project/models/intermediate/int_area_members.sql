with

numbered_authorities as (
    select
        la_number,
        lad_code,
        row_number() over (partition by la_number order by last_year desc, lad_code asc) as recency
    from {{ ref("stg_dfe__la_hierarchy") }}
),

latest_authorities as (
    select *
    from numbered_authorities
    where recency = 1
),

coded_authorities as (
    {{ in_own_districts("latest_authorities") }}
),

authorities as (
    select
        la_number,
        own_lad_code as lad_code
    from coded_authorities
),

area_districts as (
    select
        'vru' as area_type,
        assessment.area_code,
        districts.lad_code
    from {{ ref("stg_run__districts") }} as districts
    cross join {{ ref("stg_run__assessment") }} as assessment
),

own_districts as (
    select
        'lad' as area_type,
        lad_code as area_code,
        lad_code
    from {{ ref("stg_run__districts") }}
),

neighbours as (
    select
        'neighbours' as area_type,
        concat(own.lad_code, '-neighbours') as area_code,
        neighbour.lad_code
    from {{ ref("stg_dfe__statistical_neighbours") }} as pairs
    inner join authorities as own on pairs.la_number = own.la_number
    inner join authorities as neighbour on pairs.neighbour_la_number = neighbour.la_number
    inner join {{ ref("stg_run__districts") }} as districts on own.lad_code = districts.lad_code
),

-- The whole forces of which the area is only a part, or of which it is made; of one force alone it is that force.
forces as (
    select
        'force' as area_type,
        force_districts.police_force_code as area_code,
        force_districts.lad_code
    from {{ ref("int_force_districts") }} as force_districts
    inner join {{ ref("stg_run__area_police_forces") }} as own
        on force_districts.police_force_code = own.police_force_code
    cross join {{ ref("int_force_coverage") }} as coverage
    where not coverage.is_whole_force or coverage.is_several_forces
)

select * from area_districts
union all
select * from own_districts
union all
select * from neighbours
union all
select * from forces
