select police_force_code
from {{ source("run", "area_police_forces") }}
