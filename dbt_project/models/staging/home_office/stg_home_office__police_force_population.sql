select
    police_force_code,
    police_force_name,
    population,
    delivery_id,
    line,
    cast('2024-06-30' as date) as mid_year
from {{ source("home_office", "police_force_population") }}
