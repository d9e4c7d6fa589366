select
    period_type,
    period_start,
    period_end,
    period_months
from {{ ref("int_period_months") }}
group by all
