select
    reporting_year_start,
    lower(geographic_level) as geographic_level,
    region_code,
    lad_code,
    care_group,
    child_population,
    child_population_status,
    child_count,
    child_count_status,
    rate_per_10000,
    rate_per_10000_status,
    delivery_id
from {{ source("dfe", "children_looked_after") }}
