-- The kinds of cell that some indicator needs, as numerator, denominator or blanks: nothing else is added up.
with

declared as (
    select
        indicators.numerator_measure_id,
        indicators.denominator_kind,
        indicators.denominator_id,
        indicators.unknown_measure_id,
        cells.area_type,
        cells.period_type,
        cells.breakdown
    from {{ ref("indicators") }} as indicators
    inner join {{ ref("indicator_cells") }} as cells on indicators.indicator_id = cells.indicator_id
)

select
    numerator_measure_id as measure_id,
    area_type,
    period_type,
    breakdown
from declared

union distinct

select
    denominator_id as measure_id,
    area_type,
    period_type,
    case when denominator_kind = 'measure_total' then 'none' else breakdown end as breakdown
from declared
where denominator_kind in ('measure', 'measure_total')

union distinct

select
    unknown_measure_id as measure_id,
    area_type,
    period_type,
    breakdown
from declared
where unknown_measure_id is not null
