select
    reporting_year_start,
    lower(geographic_level) as geographic_level,
    region_code,
    lad_code,
    children_in_need_count,
    children_in_need_count_status,
    delivery_id
from {{ source("dfe", "children_in_need") }}
