select
    measure_key,
    topic,
    measure_title,
    polarity,
    unit,
    description,
    publisher_name,
    year_kind,
    decimal_places,
    delivery_id
from {{ source("dfe", "lait_measures") }}
