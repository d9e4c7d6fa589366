select
    area_code,
    area_name,
    region_code,
    region_name,
    country_code,
    country_name,
    local_lens_id,
    is_synthetic,
    cast(start_date as date) as start_date,
    cast(cut_off_date as date) as cut_off_date
from {{ source("run", "assessment") }}
