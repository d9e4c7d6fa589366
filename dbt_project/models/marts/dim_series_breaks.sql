-- A break touches an indicator where it touches a measure of it: by the measure's name, by an offence that it
-- counts, or with the whole family of series. An indicator that is shown by kind of offence has rows for each kind
-- as well: what shifts all crime leaves most kinds as they were, and a code that moves from one kind to another
-- shifts both and leaves all crime as it was. What shifts the domestic abuse flag touches whatever rests on it: all
-- figures of an indicator that is made of the flag, of any other its parts by the flag.
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

-- Of all kinds of offence together the kind is ''.
indicator_kinds as (
    select
        indicator_id,
        '' as offence_subgroup
    from {{ ref("indicators") }}

    union

    select
        cells.indicator_id,
        kinds.breakdown_value as offence_subgroup
    from {{ ref("indicator_cells") }} as cells
    inner join {{ ref("breakdown_values") }} as kinds on cells.breakdown = kinds.breakdown
    where cells.breakdown = 'offence_subgroup'
),

measure_kinds as (
    select distinct
        indicator_measures.measure_id,
        indicator_kinds.offence_subgroup
    from indicator_measures
    inner join indicator_kinds on indicator_measures.indicator_id = indicator_kinds.indicator_id
),

-- A measure of which each offence is shifted stands for its offences.
scopes as (
    select
        break_id,
        series_family,
        measure_id,
        offence_code,
        effect
    from {{ ref("series_break_measures") }}
    where effect not in ('each_offence', 'spared')

    union all

    select
        scopes.break_id,
        scopes.series_family,
        cast(null as varchar) as measure_id,
        measure_codes.offence_code,
        'level' as effect
    from {{ ref("series_break_measures") }} as scopes
    inner join measure_codes on scopes.measure_id = measure_codes.measure_id
    where scopes.effect = 'each_offence'
),

-- A code that moves from one place to another leaves a measure that holds both places as it was.
coded as (
    select
        scopes.break_id,
        measure_kinds.measure_id,
        measure_kinds.offence_subgroup,
        count(*) filter (where scopes.effect = 'level') as level_codes,
        count(*) filter (where scopes.effect = 'moved') as moved_codes
    from scopes
    inner join measure_codes on scopes.offence_code = measure_codes.offence_code
    inner join {{ ref("offence_codes") }} as codes on scopes.offence_code = codes.offence_code
    inner join measure_kinds
        on
            measure_codes.measure_id = measure_kinds.measure_id
            and measure_kinds.offence_subgroup in ('', codes.offence_subgroup)
    group by all
),

moved_codes as (
    select
        break_id,
        count(*) as code_count
    from scopes
    where effect = 'moved'
    group by all
),

subgroup_sizes as (
    select
        offence_subgroup,
        count(*) as code_count
    from {{ ref("offence_codes") }}
    group by all
),

-- The measures that are one kind of offence, all of it.
whole_kinds as (
    select
        rules.measure_id,
        min(codes.offence_subgroup) as offence_subgroup
    from {{ ref("int_rules") }} as rules
    inner join {{ ref("offence_codes") }} as codes on rules.offence_code = codes.offence_code
    inner join subgroup_sizes on codes.offence_subgroup = subgroup_sizes.offence_subgroup
    where rules.lens_id = '' and rules.condition = 'all'
    group by rules.measure_id
    having count(distinct codes.offence_subgroup) = 1 and count(*) = max(subgroup_sizes.code_count)
),

-- What a break of the whole family leaves as it was: where one crime is recorded for each report it is the gravest.
spared as (
    select
        scopes.break_id,
        scopes.measure_id,
        whole_kinds.offence_subgroup
    from {{ ref("series_break_measures") }} as scopes
    inner join whole_kinds on scopes.measure_id = whole_kinds.measure_id
    where scopes.effect = 'spared'
),

touched as (
    select
        break_id,
        measure_id,
        '' as offence_subgroup
    from scopes
    where measure_id is not null

    union

    -- What is named as a measure of its own is a kind of every measure that counts all offences of that kind.
    select
        scopes.break_id,
        measure_kinds.measure_id,
        measure_kinds.offence_subgroup
    from scopes
    inner join whole_kinds on scopes.measure_id = whole_kinds.measure_id
    inner join measure_kinds on whole_kinds.offence_subgroup = measure_kinds.offence_subgroup
    inner join listed_measures as listed on measure_kinds.measure_id = listed.measure_id

    union

    select
        coded.break_id,
        coded.measure_id,
        coded.offence_subgroup
    from coded
    left join moved_codes on coded.break_id = moved_codes.break_id
    where coded.level_codes > 0 or (coded.moved_codes > 0 and coded.moved_codes < moved_codes.code_count)

    union

    select
        scopes.break_id,
        measure_kinds.measure_id,
        measure_kinds.offence_subgroup
    from scopes
    inner join measure_families as families on scopes.series_family = families.series_family
    inner join measure_kinds on families.measure_id = measure_kinds.measure_id
    left join {{ ref("offence_codes") }} as codes on scopes.offence_code = codes.offence_code
    left join listed_measures as listed on families.measure_id = listed.measure_id
    where
        scopes.measure_id is null
        and scopes.effect != 'flag'
        -- What a definition of serious violence counts is not listed here: it may hold the offence.
        and (
            scopes.offence_code is null
            or (listed.measure_id is null and measure_kinds.offence_subgroup in ('', codes.offence_subgroup))
        )
),

touched_indicators as (
    select distinct
        touched.break_id,
        indicator_measures.indicator_id,
        touched.offence_subgroup,
        false as is_of_flag_alone
    from touched
    inner join indicator_measures on touched.measure_id = indicator_measures.measure_id
    left join spared
        on
            touched.break_id = spared.break_id
            and (touched.measure_id = spared.measure_id or touched.offence_subgroup = spared.offence_subgroup)
    where spared.break_id is null
),

made_of_flag as (
    select distinct indicator_id
    from {{ ref("indicator_cells") }}
    where splits in ('domestic_alone', 'of_flag')

    union

    -- What a definition of serious violence counts may rest on the flag.
    select indicator_id
    from {{ ref("indicators") }}
    where numerator_measure_id like 'lens_%'
),

touched_by_flag as (
    select
        scopes.break_id,
        indicators.indicator_id,
        indicator_kinds.offence_subgroup,
        made_of_flag.indicator_id is null as is_of_flag_alone
    from scopes
    inner join {{ ref("indicators") }} as indicators on scopes.series_family = indicators.series_family
    inner join indicator_kinds on indicators.indicator_id = indicator_kinds.indicator_id
    left join made_of_flag on indicators.indicator_id = made_of_flag.indicator_id
    where
        scopes.effect = 'flag'
        -- Incidents that are no crime carry no flag: they are a collection of their own.
        and indicators.numerator_measure_id not in (
            select measure_id from {{ ref("measures") }}
            where source_id = 'da_incidents'
        )
),

all_touched as (
    select * from touched_indicators

    union all

    select * from touched_by_flag
)

select distinct
    breaks.break_id,
    all_touched.indicator_id,
    all_touched.offence_subgroup,
    all_touched.is_of_flag_alone,
    breaks.start_date,
    breaks.end_date,
    breaks.kind,
    breaks.label,
    breaks.source,
    breaks.status
from {{ ref("series_breaks") }} as breaks
inner join all_touched on breaks.break_id = all_touched.break_id
inner join indicator_kinds
    on
        all_touched.indicator_id = indicator_kinds.indicator_id
        and all_touched.offence_subgroup = indicator_kinds.offence_subgroup
where
    breaks.area_code is null
    or breaks.area_code in (select police_force_code from {{ ref("stg_run__area_police_forces") }})
    or breaks.area_code in (select lad_code from {{ ref("stg_run__districts") }})
