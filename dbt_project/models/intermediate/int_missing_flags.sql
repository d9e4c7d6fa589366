-- What a measure's rules look at and its source never carries: without it the count cannot be told.
with

carried as (
    {% for flag in offence_flags() %}
        select
            source_id,
            '{{ flag }}' as flag,
            count({{ flag }}) > 0 as is_carried
        from {{ ref("int_offences") }}
        group by all
        {{ "union all" if not loop.last }}
    {% endfor %}
),

needed as (
    select distinct
        rules.measure_id,
        rules.lens_id,
        conditions.flag
    from {{ ref("int_rules") }} as rules
    inner join {{ ref("conditions") }} as conditions on rules.condition = conditions.condition
    where conditions.flag is not null
),

facets as (
    select distinct measure_id
    from {{ ref("measures") }}
    -- The bounds, what lies between, and what is open hold whatever the flags would say.
    where
        measure_id like 'lens_%'
        and measure_id not in (
            'lens_offences_at_least', 'lens_offences_at_most', 'lens_offences_not_known', 'lens_open_domestic',
            'lens_open_other'
        )
),

facet_flags as (
    select
        facets.measure_id,
        needed.lens_id,
        needed.flag
    from facets
    inner join needed on needed.lens_id != ''

    union all

    -- What is left out of the area's own definition depends on that definition's flags too.
    select
        'lens_left_out' as measure_id,
        lenses.lens_id,
        needed.flag
    from needed
    inner join {{ ref("stg_run__assessment") }} as assessment on needed.lens_id = assessment.local_lens_id
    cross join {{ ref("int_lenses") }} as lenses

    union all

    select
        people.people_measure_id as measure_id,
        '' as lens_id,
        needed.flag
    from {{ ref("people_measures") }} as people
    inner join needed on people.measure_id = needed.measure_id and needed.lens_id = ''

    union all

    select
        facets.measure_id,
        lenses.lens_id,
        case
            when facets.measure_id in ('lens_female', 'lens_sex_known') then 'is_victim_female'
            when facets.measure_id in ('lens_under_25', 'lens_age_known', 'lens_victims_under_25')
                then 'is_victim_under_25'
            else 'is_dwelling'
        end as flag
    from facets
    cross join {{ ref("int_lenses") }} as lenses
    where facets.measure_id in (
        'lens_female', 'lens_sex_known', 'lens_under_25', 'lens_age_known', 'lens_victims_under_25',
        'lens_dwelling', 'lens_place_known'
    )
),

wanted as (
    select * from needed
    where lens_id = ''

    union distinct

    select * from facet_flags
)

select
    wanted.measure_id,
    wanted.lens_id,
    carried.source_id,
    min(flags.label) as missing_flag
from wanted
inner join carried on wanted.flag = carried.flag and not carried.is_carried
inner join {{ ref("flags") }} as flags on wanted.flag = flags.flag
group by all
