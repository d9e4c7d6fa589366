select distinct
    indicators.numerator_measure_id as measure_id,
    cells.breakdown
from {{ ref("indicators") }} as indicators
inner join {{ ref("indicator_cells") }} as cells on indicators.indicator_id = cells.indicator_id
where cells.breakdown != 'none'
