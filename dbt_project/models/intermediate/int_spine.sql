-- Every cell that some indicator row declares: each must be answered.
with

first_periods as (
    select
        sources.measure_id,
        sources.area_type,
        coalesce(months.first_month, opened.first_period) as first_period
    from {{ ref("int_measure_sources") }} as sources
    left join (
        select
            source_id,
            min(month_start) as first_month
        from {{ ref("int_source_months") }}
        group by all
    ) as months on sources.source_id = months.source_id
    left join (
        select
            source_id,
            min(period_start) as first_period
        from {{ ref("int_open_counts") }}
        group by all
    ) as opened on sources.source_id = opened.source_id
),

lenses as (
    -- A lens without rules for offences says nothing of them, nor one without health rules of admissions: a zero
    -- would be untrue.
    select distinct
        'every' as lenses,
        lens_id
    from {{ ref("int_rules") }}
    where lens_id != ''

    union all

    select distinct
        'with_admissions' as lenses,
        lens_id
    from {{ ref("int_health_rules") }}

    union all

    select
        'none' as lenses,
        '' as lens_id
)

select
    indicators.indicator_id,
    lenses.lens_id,
    areas.area_code,
    areas.area_type,
    periods.period_type,
    periods.period_start,
    periods.period_end,
    cells.breakdown,
    coalesce(breakdown_values.breakdown_key, '') as breakdown_key,
    coalesce(breakdown_values.breakdown_value, '') as breakdown_value,
    splits.split,
    splits.not_applicable_reason,
    -- The domestic abuse flag covers people aged 16 and over.
    breakdown_values.is_flag_defined
from {{ ref("indicators") }} as indicators
inner join {{ ref("indicator_cells") }} as cells on indicators.indicator_id = cells.indicator_id
inner join {{ ref("int_areas") }} as areas on cells.area_type = areas.area_type
inner join {{ ref("int_periods") }} as periods on cells.period_type = periods.period_type
inner join {{ ref("breakdown_values") }} as breakdown_values on cells.breakdown = breakdown_values.breakdown
inner join {{ ref("split_sets") }} as splits on cells.splits = splits.splits
inner join lenses on cells.lenses = lenses.lenses
left join first_periods
    on indicators.numerator_measure_id = first_periods.measure_id and areas.area_type = first_periods.area_type
cross join {{ ref("stg_run__assessment") }} as assessment
where
    (
        periods.period_start >= assessment.start_date
        or (cells.history = 'all' and periods.period_start >= first_periods.first_period)
        or periods.period_type = 'pooled_years'
    )
    -- Before its code was published a thing was counted elsewhere: a zero would be untrue.
    and (indicators.first_day is null or periods.period_start >= indicators.first_day)
    and (breakdown_values.first_day is null or periods.period_start >= breakdown_values.first_day)
    and (breakdown_values.last_day is null or periods.period_end <= breakdown_values.last_day)
    -- Police figures are compared with England and Wales, all others with the country.
    and (areas.area_type != 'country' or (indicators.series_family = 'police') = (areas.area_code = 'K04000001'))
