select
    crime_id,
    month_start,
    falls_within,
    lsoa_code,
    crime_category,
    delivery_id
from {{ source("data_police_uk", "street_crimes") }}
