-- People, not offences: somebody suspected of several crimes in a period is one person.
with

declared as (
    select distinct
        measure_id,
        period_type
    from {{ ref("int_declared_counts") }}
),

people as (
    select
        suspects.suspect_id,
        periods.period_type,
        periods.period_start,
        count(distinct suspects.crime_id) as crime_count,
        count(distinct case when suspects.is_domestic then suspects.crime_id end) as domestic_crime_count,
        case
            when bool_or(suspects.is_domestic) and bool_or(not suspects.is_domestic) then 'both'
            when bool_or(suspects.is_domestic is null) then 'not_known'
            when bool_or(suspects.is_domestic) then 'domestic_only'
            else 'other_only'
        end as suspect_kind
    from {{ ref("int_suspects") }} as suspects
    inner join {{ ref("int_period_months") }} as periods on suspects.month_start = periods.month_start
    inner join declared
        on declared.measure_id = 'suspect_person' and periods.period_type = declared.period_type
    group by all
),

counted as (
    select
        'suspect_person' as measure_id,
        *
    from people

    union all

    select
        'repeat_suspect_person' as measure_id,
        *
    from people
    where crime_count >= 2

    union all

    select
        'domestic_suspect_person' as measure_id,
        *
    from people
    where domestic_crime_count >= 1

    union all

    select
        'repeat_domestic_suspect_person' as measure_id,
        *
    from people
    where domestic_crime_count >= 2
),

broken_down as (
    select
        measure_id,
        period_type,
        period_start,
        'none' as breakdown,
        '' as breakdown_key
    from counted

    union all

    select
        measure_id,
        period_type,
        period_start,
        'suspect_kind' as breakdown,
        suspect_kind as breakdown_key
    from counted
    where measure_id in ('suspect_person', 'repeat_suspect_person')
)

select
    'suspects' as source_id,
    broken_down.measure_id,
    '' as lens_id,
    'vru' as area_type,
    assessment.area_code,
    broken_down.period_type,
    broken_down.period_start,
    broken_down.breakdown,
    broken_down.breakdown_key,
    'all' as split,
    count(*) as event_count
from broken_down
cross join {{ ref("stg_run__assessment") }} as assessment
group by all
