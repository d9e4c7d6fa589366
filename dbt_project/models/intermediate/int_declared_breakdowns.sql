select distinct
    measure_id,
    breakdown
from {{ ref("int_declared_counts") }}
