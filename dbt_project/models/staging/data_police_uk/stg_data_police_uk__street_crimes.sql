select
    crime_id,
    month_start,
    falls_within,
    lsoa_code,
    crime_category,
    outcome_category,
    delivery_id,
    line
from {{ source("data_police_uk", "street_crimes") }}
