select
    measure_key,
    measure_item,
    period_label,
    la_number,
    area_name,
    region_name,
    published_value,
    published_value_status,
    delivery_id
from {{ source("dfe", "lait") }}
