-- A break touches an indicator where it touches a measure of it: by the measure's name, by an offence that it
-- counts, or with the whole family of series.
with

measure_codes as (
    select distinct
        measure_id,
        offence_code
    from {{ ref("int_rules") }}
    where lens_id = ''

    union

    select
        categories.measure_id,
        codes.offence_code
    from {{ ref("street_categories") }} as categories
    inner join {{ ref("offence_codes") }} as codes on categories.crime_category = codes.police_uk_category
),

indicator_measures as (
    select
        indicator_id,
        numerator_measure_id as measure_id
    from {{ ref("indicators") }}

    union

    select
        indicator_id,
        denominator_id as measure_id
    from {{ ref("indicators") }}
    where denominator_kind in ('measure', 'measure_total')
),

listed_measures as (
    select measure_id
    from measure_codes

    union

    select measure_id
    from {{ ref("street_categories") }}
),

measure_families as (
    select distinct
        numerator_measure_id as measure_id,
        series_family
    from {{ ref("indicators") }}
),

-- A code that moves from one place to another leaves a measure that holds both places as it was.
coded as (
    select
        scopes.break_id,
        codes.measure_id,
        count(*) filter (where scopes.effect = 'level') as level_codes,
        count(*) filter (where scopes.effect = 'moved') as moved_codes
    from {{ ref("series_break_measures") }} as scopes
    inner join measure_codes as codes on scopes.offence_code = codes.offence_code
    group by all
),

moved_codes as (
    select
        break_id,
        count(*) as code_count
    from {{ ref("series_break_measures") }}
    where effect = 'moved'
    group by all
),

touched as (
    select
        break_id,
        measure_id
    from {{ ref("series_break_measures") }}
    where measure_id is not null

    union

    select
        coded.break_id,
        coded.measure_id
    from coded
    left join moved_codes on coded.break_id = moved_codes.break_id
    where coded.level_codes > 0 or (coded.moved_codes > 0 and coded.moved_codes < moved_codes.code_count)

    union

    select
        scopes.break_id,
        families.measure_id
    from {{ ref("series_break_measures") }} as scopes
    inner join measure_families as families on scopes.series_family = families.series_family
    left join listed_measures as listed on families.measure_id = listed.measure_id
    where
        scopes.measure_id is null
        -- What a definition of serious violence counts is not listed here: it may hold the offence.
        and (scopes.offence_code is null or listed.measure_id is null)
)

select distinct
    breaks.break_id,
    indicator_measures.indicator_id,
    breaks.start_date,
    breaks.end_date,
    breaks.kind,
    breaks.label,
    breaks.source,
    breaks.status
from {{ ref("series_breaks") }} as breaks
inner join touched on breaks.break_id = touched.break_id
inner join indicator_measures on touched.measure_id = indicator_measures.measure_id
where
    breaks.area_code is null
    or breaks.area_code in (select police_force_code from {{ ref("stg_run__area_police_forces") }})
    or breaks.area_code in (select lad_code from {{ ref("stg_run__districts") }})
