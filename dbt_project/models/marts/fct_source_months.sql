select
    source_id,
    month_start,
    cast(sent_count as integer) as sent_count,
    cast(sender_count as integer) as sender_count,
    is_complete
from {{ ref("int_source_months") }}
