select
    crime_id,
    month_start,
    falls_within,
    lsoa_code,
    outcome_type,
    delivery_id,
    line
from {{ source("data_police_uk", "street_outcomes") }}
