select distinct
    lad_code,
    la_number,
    region_code,
    last_year
from {{ source("dfe", "la_hierarchy") }}
where la_number is not null
