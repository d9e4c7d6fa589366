select distinct lsoa_code
from {{ ref("int_lsoa_places") }}
where place_number = 2
