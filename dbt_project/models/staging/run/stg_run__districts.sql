select lad_code
from {{ source("run", "districts") }}
