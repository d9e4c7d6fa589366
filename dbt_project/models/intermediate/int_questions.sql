with

cells as (
    select
        spine.*,
        indicators.numerator_measure_id,
        indicators.numerator_split,
        indicators.denominator_kind,
        indicators.denominator_id,
        indicators.unknown_measure_id
    from {{ ref("int_spine") }} as spine
    inner join {{ ref("indicators") }} as indicators on spine.indicator_id = indicators.indicator_id
),

asked as (
    select
        numerator_measure_id as measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        coalesce(numerator_split, split) as split
    from cells

    union distinct

    select
        denominator_id as measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        case when denominator_kind = 'measure_total' then 'none' else breakdown end as breakdown,
        case when denominator_kind = 'measure_total' then '' else breakdown_key end as breakdown_key,
        split
    from cells
    where denominator_kind in ('measure', 'measure_total')

    union distinct

    select
        unknown_measure_id as measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        split
    from cells
    where unknown_measure_id is not null

    union distinct

    select
        numerator_measure_id as measure_id,
        lens_id,
        area_type,
        area_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        'all' as split
    from cells
    where denominator_kind = 'own_total'

    union distinct

    select
        cells.numerator_measure_id as measure_id,
        cells.lens_id,
        cells.area_type,
        cells.area_code,
        cells.period_type,
        cells.period_start,
        cells.breakdown,
        cells.breakdown_key,
        splits.split
    from cells
    inner join {{ ref("split_sets") }} as splits on splits.splits = 'every'
    where {{ is_open_to_flag("cells") }}
)

select * from asked
