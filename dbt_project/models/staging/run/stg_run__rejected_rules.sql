select
    source_id,
    column_name,
    rule,
    row_count
from {{ source("run", "rejected_rules") }}
