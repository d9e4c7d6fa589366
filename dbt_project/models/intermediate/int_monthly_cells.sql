with

street as (
    select
        'street_crimes' as source_id,
        categories.measure_id,
        crimes.month_start,
        crimes.lad_code,
        crimes.msoa_code,
        cast(null as varchar) as given_force_code,
        'none' as breakdown,
        '' as breakdown_key,
        count(*) as event_count
    from {{ ref("int_street_crimes_placed") }} as crimes
    inner join {{ ref("street_categories") }} as categories on crimes.crime_category = categories.crime_category
    where crimes.placement != 'out_of_area'
    group by all
),

health as (
    select
        source_id,
        measure_id,
        month_start,
        lad_code,
        cast(null as varchar) as msoa_code,
        cast(null as varchar) as given_force_code,
        breakdown,
        breakdown_key,
        event_count
    from {{ ref("int_health_cells") }}
),

education as (
    select
        source_id,
        measure_id,
        month_start,
        lad_code,
        cast(null as varchar) as msoa_code,
        cast(null as varchar) as given_force_code,
        breakdown,
        breakdown_key,
        sum(event_count) as event_count
    from {{ ref("int_education_events") }}
    where placement = 'in_area'
    group by all
),

incidents as (
    select
        source_id,
        measure_id,
        month_start,
        lad_code,
        cast(null as varchar) as msoa_code,
        given_force_code,
        'none' as breakdown,
        '' as breakdown_key,
        event_count
    from {{ ref("int_incident_cells") }}
),

undivided as (
    select * from street
    union all
    select * from incidents
    union all
    select * from health
    union all
    select * from education
)

select
    source_id,
    measure_id,
    lens_id,
    month_start,
    lad_code,
    msoa_code,
    given_force_code,
    given_area_type,
    given_area_code,
    split,
    breakdown,
    breakdown_key,
    event_count
from {{ ref("int_police_cells") }}

union all

select
    source_id,
    measure_id,
    lens_id,
    month_start,
    lad_code,
    msoa_code,
    given_force_code,
    given_area_type,
    given_area_code,
    split,
    breakdown,
    breakdown_key,
    event_count
from {{ ref("int_lens_cells") }}

union all

-- Suspects are those of the area's crimes, wherever they live: they have no district.
select
    source_id,
    measure_id,
    '' as lens_id,
    month_start,
    cast(null as varchar) as lad_code,
    cast(null as varchar) as msoa_code,
    cast(null as varchar) as given_force_code,
    '' as given_area_type,
    '' as given_area_code,
    split,
    breakdown,
    breakdown_key,
    event_count
from {{ ref("int_suspect_cells") }}

union all

select
    'hospital_admissions' as source_id,
    measure_id,
    lens_id,
    month_start,
    lad_code,
    cast(null as varchar) as msoa_code,
    cast(null as varchar) as given_force_code,
    '' as given_area_type,
    '' as given_area_code,
    'undivided' as split,
    'none' as breakdown,
    '' as breakdown_key,
    event_count
from {{ ref("int_lens_admissions") }}

union all

-- These sources carry no domestic abuse flag at all: their counts have no split.
select
    source_id,
    measure_id,
    '' as lens_id,
    month_start,
    lad_code,
    msoa_code,
    given_force_code,
    '' as given_area_type,
    '' as given_area_code,
    'undivided' as split,
    breakdown,
    breakdown_key,
    event_count
from undivided
