select
    notification_id,
    lad_code,
    delivery_id,
    cast(date_trunc('month', notified_on) as date) as month_start
from {{ source("education", "operation_encompass") }}
