with

lsoa_people as (
    {{ last_sent("stg_reference__lsoa_population", "mid_year, lsoa_code, sex, age") }}
),

sent_lad_people as (
    select * from {{ ref("int_lad_populations") }}
),

lad_people as (
    {{ in_own_districts("sent_lad_people", "area_code", cell="mid_year, sex, age") }}
),

sent_children as (
    {{ last_sent("stg_dfe__child_population", "mid_year, geographic_level, region_code, lad_code") }}
),

persons as (
    select
        'msoa' as area_type,
        places.msoa_code as area_code,
        people.mid_year,
        people.sex,
        people.age,
        people.population * places.share as population
    from lsoa_people as people
    inner join {{ ref("int_lsoa_places") }} as places on people.lsoa_code = places.lsoa_code
    where places.msoa_code is not null

    union all

    -- Districts are added up from LSOAs only where no estimate of their own was sent.
    select
        'lad' as area_type,
        places.lad_code as area_code,
        people.mid_year,
        people.sex,
        people.age,
        people.population * places.share as population
    from lsoa_people as people
    inner join {{ ref("int_lsoa_places") }} as places on people.lsoa_code = places.lsoa_code
    where
        places.lad_code is not null
        and concat(places.lad_code, people.mid_year) not in (select concat(own_lad_code, mid_year) from lad_people)

    union all

    select
        areas.area_type,
        areas.area_code,
        people.mid_year,
        people.sex,
        people.age,
        people.population
    from lad_people as people
    inner join {{ ref("int_areas") }} as areas
        on people.own_lad_code = areas.area_code and areas.area_type in ('lad', 'region', 'country')

    union all

    select
        members.area_type,
        members.area_code,
        people.mid_year,
        people.sex,
        people.age,
        people.population
    from lad_people as people
    inner join {{ ref("int_area_members") }} as members
        on people.own_lad_code = members.lad_code and members.area_type = 'force'
    cross join {{ ref("int_force_coverage") }} as coverage
    where not coverage.is_several_forces
),

grouped as (
    select
        persons.area_type,
        persons.area_code,
        persons.mid_year,
        groups.population_group,
        -- An LSOA that lies in two areas leaves fractions of people.
        round(sum(persons.population)) as population
    from persons
    inner join {{ ref("population_groups") }} as groups
        on
            persons.age between groups.age_from and groups.age_to
            and (groups.sex is null or persons.sex = groups.sex)
    group by all

    union all

    -- Of these neither sex nor age is known.
    select
        'msoa' as area_type,
        places.msoa_code as area_code,
        people.mid_year,
        'all' as population_group,
        round(sum(people.population * places.share)) as population
    from {{ ref("int_lsoa_totals") }} as people
    inner join {{ ref("int_lsoa_places") }} as places on people.lsoa_code = places.lsoa_code
    where places.msoa_code is not null
    group by all
),

coded_children as (
    {{ in_own_districts("sent_children", cell="mid_year, geographic_level") }}
),

-- Children by authority come yearly from one series, which is preferred to single years of age.
children as (
    select
        case geographic_level
            when 'national' then 'country' when 'regional' then 'region' else 'authority'
        end as area_type,
        case geographic_level
            when 'national' then assessment.country_code
            when 'regional' then people.region_code
            else people.own_lad_code
        end as area_code,
        people.mid_year,
        people.population
    from coded_children as people
    cross join {{ ref("stg_run__assessment") }} as assessment
    where people.population is not null
),

placed_children as (
    select
        areas.area_type,
        areas.area_code,
        children.mid_year,
        'children' as population_group,
        children.population
    from children
    inner join {{ ref("int_areas") }} as areas
        on children.area_code = areas.area_code and children.area_type = areas.area_type

    union all

    select
        members.area_type,
        members.area_code,
        children.mid_year,
        'children' as population_group,
        sum(children.population) as population
    from children
    inner join {{ ref("int_area_members") }} as members on children.area_code = members.lad_code
    where children.area_type = 'authority' and members.area_type in ('lad', 'neighbours')
    group by all
),

preferred as (
    select * from placed_children

    union all

    select grouped.*
    from grouped
    left join placed_children
        on
            grouped.area_code = placed_children.area_code
            and grouped.area_type = placed_children.area_type
            and grouped.population_group = placed_children.population_group
    where placed_children.area_code is null
)

select
    area_type,
    area_code,
    mid_year,
    population_group,
    population
from preferred

union all

select
    'vru' as area_type,
    assessment.area_code,
    preferred.mid_year,
    preferred.population_group,
    sum(preferred.population) as population
from preferred
inner join {{ ref("stg_run__districts") }} as districts on preferred.area_code = districts.lad_code
cross join {{ ref("stg_run__assessment") }} as assessment
where preferred.area_type = 'lad'
group by all

union all

-- Forces of which the area is made have the residents of its districts, as the area has.
select
    'force' as area_type,
    districts.police_force_code as area_code,
    preferred.mid_year,
    preferred.population_group,
    sum(preferred.population) as population
from preferred
inner join {{ ref("int_force_districts") }} as districts on preferred.area_code = districts.lad_code
cross join {{ ref("int_force_coverage") }} as coverage
where preferred.area_type = 'lad' and coverage.is_several_forces
group by all
