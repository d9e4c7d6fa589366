-- The publisher has a line for each output area: an LSOA comes as often as it has output areas.
select distinct
    lsoa_code,
    msoa_code,
    msoa_name,
    lad_code,
    lad_name,
    delivery_id
from {{ source("reference", "lsoa_lookup") }}
