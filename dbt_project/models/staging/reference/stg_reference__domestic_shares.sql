select
    area_code,
    area_name,
    reference_year_start,
    offence_subgroup,
    offence_count,
    domestic_count,
    delivery_id,
    line
from {{ source("reference", "domestic_share_reference") }}
