with

cells as (
    select
        spine.*,
        indicators.kind,
        indicators.numerator_measure_id,
        indicators.denominator_kind,
        coalesce(indicators.numerator_split, spine.split) as numerator_split,
        case
            when {{ is_open_to_flag() }} then indicators.numerator_measure_id
            else indicators.unknown_measure_id
        end as unknown_measure_id,
        case when {{ is_open_to_flag() }} then 'not_known' else spine.split end as unknown_split,
        case
            when indicators.denominator_kind in ('measure', 'measure_total') then indicators.denominator_id
            when indicators.denominator_kind in ('own_total', 'flag_known') then indicators.numerator_measure_id
        end as denominator_measure_id,
        case when indicators.denominator_kind = 'measure_total' then 'none' else spine.breakdown end
            as denominator_breakdown,
        case when indicators.denominator_kind = 'measure_total' then '' else spine.breakdown_key end
            as denominator_breakdown_key,
        case
            when indicators.denominator_kind = 'own_total' then 'all'
            when indicators.denominator_kind = 'flag_known' then 'flag_known'
            else spine.split
        end as denominator_split,
        case
            when indicators.denominator_kind != 'population' then null
            when spine.breakdown = 'sex' and spine.split = 'domestic'
                then concat(spine.breakdown, ' ', spine.breakdown_key, ' ', indicators.domestic_denominator_id)
            when spine.breakdown in ('sex', 'age_band') then concat(spine.breakdown, ' ', spine.breakdown_key)
            when spine.split = 'domestic' then indicators.domestic_denominator_id
            else indicators.denominator_id
        end as population_group
    from {{ ref("int_spine") }} as spine
    inner join {{ ref("indicators") }} as indicators on spine.indicator_id = indicators.indicator_id
),

-- A share whose flag is known leaves the unknown out of both sides; the two known parts are its denominator. Beyond a
-- limit of unknown flags the truth may lie anywhere around it, and there is no share.
denominators as (
    select
        measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        split,
        source_id,
        count_status,
        status_reason,
        event_count,
        false as is_mostly_unknown
    from {{ ref("int_answers") }}

    union all

    select
        measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        'flag_known' as split,
        source_id,
        case
            when bool_and(count_status = 'reported') filter (where split in ('domestic', 'non_domestic'))
                then 'reported'
            when bool_or(count_status = 'suppressed') filter (where split in ('domestic', 'non_domestic'))
                then 'suppressed'
            else 'not_available'
        end as count_status,
        max(status_reason) filter (where split in ('domestic', 'non_domestic')) as status_reason,
        sum(event_count) filter (where split in ('domestic', 'non_domestic')) as event_count,
        coalesce(
            sum(event_count) filter (where split = 'not_known')
            > {{ var("flag_unknown_limit") }} * sum(event_count) filter (where split = 'all'),
            false
        ) as is_mostly_unknown
    from {{ ref("int_answers") }}
    group by all
),

joined as (
    select
        cells.*,
        not cells.is_flag_defined and cells.numerator_split in ('domestic', 'non_domestic') as is_beyond_flag,
        numerators.source_id,
        numerators.event_count as numerator_count,
        numerators.count_status as numerator_status,
        numerators.status_reason as numerator_reason,
        denominators.source_id as denominator_source_id,
        denominators.event_count as denominator_count,
        denominators.count_status as denominator_status,
        denominators.status_reason as denominator_reason,
        denominators.is_mostly_unknown,
        unknowns.event_count as unknown_count,
        populations.population,
        populations.is_estimated
    from cells
    inner join {{ ref("int_answers") }} as numerators
        on
            cells.numerator_measure_id = numerators.measure_id
            and cells.lens_id = numerators.lens_id
            and cells.area_type = numerators.area_type
            and cells.area_code = numerators.area_code
            and cells.period_type = numerators.period_type
            and cells.period_start = numerators.period_start
            and cells.breakdown = numerators.breakdown
            and cells.breakdown_key = numerators.breakdown_key
            and cells.numerator_split = numerators.split
    left join denominators
        on
            cells.denominator_measure_id = denominators.measure_id
            and cells.lens_id = denominators.lens_id
            and cells.area_type = denominators.area_type
            and cells.area_code = denominators.area_code
            and cells.period_type = denominators.period_type
            and cells.period_start = denominators.period_start
            and cells.denominator_breakdown = denominators.breakdown
            and cells.denominator_breakdown_key = denominators.breakdown_key
            and cells.denominator_split = denominators.split
    left join {{ ref("int_answers") }} as unknowns
        on
            cells.unknown_measure_id = unknowns.measure_id
            and cells.lens_id = unknowns.lens_id
            and cells.area_type = unknowns.area_type
            and cells.area_code = unknowns.area_code
            and cells.period_type = unknowns.period_type
            and cells.period_start = unknowns.period_start
            and cells.breakdown = unknowns.breakdown
            and cells.breakdown_key = unknowns.breakdown_key
            and cells.unknown_split = unknowns.split
            and unknowns.count_status = 'reported'
    left join {{ ref("int_period_populations") }} as populations
        on
            cells.population_group = populations.population_group
            and cells.area_type = populations.area_type
            and cells.area_code = populations.area_code
            and cells.period_type = populations.period_type
            and cells.period_start = populations.period_start
)

select
    joined.indicator_id,
    joined.lens_id,
    joined.area_code,
    joined.area_type,
    joined.period_type,
    joined.period_start,
    joined.period_end,
    joined.breakdown,
    joined.breakdown_value,
    joined.split,
    joined.numerator_measure_id,
    joined.numerator_split,
    joined.denominator_measure_id,
    joined.denominator_breakdown,
    case when joined.denominator_breakdown = joined.breakdown then joined.breakdown_value else '' end
        as denominator_breakdown_value,
    joined.denominator_split,
    joined.unknown_measure_id,
    case when joined.unknown_measure_id is not null then joined.unknown_split end as unknown_split,
    joined.source_id,
    coalesce(numerator_measures.policy_id, sources.policy_id) as policy_id,
    coalesce(denominator_measures.policy_id, denominator_sources.policy_id) as denominator_policy_id,
    -- What does not apply has no count.
    cast(case when joined.not_applicable_reason is null then joined.numerator_count end as double) as numerator,
    cast(coalesce(joined.denominator_count, joined.population) as double) as denominator,
    cast(joined.unknown_count as double) as unknown,
    case
        when joined.not_applicable_reason is not null then 'not_applicable'
        when joined.numerator_status != 'reported' then joined.numerator_status
        when joined.is_beyond_flag then 'not_applicable'
        when joined.denominator_kind in ('none', 'weights') then 'reported'
        when joined.denominator_kind = 'population' and joined.population is null then 'not_available'
        when joined.denominator_kind != 'population' and joined.denominator_status != 'reported'
            then joined.denominator_status
        when joined.denominator_kind != 'population' and joined.denominator_count = 0 then 'not_applicable'
        when joined.is_mostly_unknown then 'not_available'
        when joined.kind = 'share' and joined.numerator_count > joined.denominator_count then 'not_available'
        else 'reported'
    end as value_status,
    case
        when joined.not_applicable_reason is not null then joined.not_applicable_reason
        when joined.numerator_status != 'reported' then joined.numerator_reason
        when joined.is_beyond_flag then 'The domestic abuse flag covers people aged 16 and over.'
        when joined.denominator_kind = 'population' and joined.population is null
            then 'No population estimate covers this area and period.'
        when
            joined.denominator_kind not in ('none', 'weights', 'population')
            and joined.denominator_status != 'reported'
            then joined.denominator_reason
        when joined.denominator_kind not in ('none', 'weights', 'population') and joined.denominator_count = 0
            then 'There is nothing to take a share of.'
        when joined.is_mostly_unknown then 'The domestic abuse flag is not known for more than 3 in 10 records.'
        -- Two columns of a return that contradict each other.
        when joined.kind = 'share' and joined.numerator_count > joined.denominator_count
            then 'More are counted than there are to take a share of.'
        else ''
    end as status_reason,
    coalesce(joined.is_estimated, false) as is_population_estimated
from joined
inner join {{ ref("stg_run__extract_sources") }} as sources on joined.source_id = sources.source_id
left join {{ ref("stg_run__extract_sources") }} as denominator_sources
    on joined.denominator_source_id = denominator_sources.source_id
left join {{ ref("int_measure_sources") }} as numerator_measures
    on
        joined.numerator_measure_id = numerator_measures.measure_id
        and joined.area_type = numerator_measures.area_type
left join {{ ref("int_measure_sources") }} as denominator_measures
    on
        joined.denominator_measure_id = denominator_measures.measure_id
        and joined.area_type = denominator_measures.area_type
