select
    mid_year,
    area_code,
    substring(sex, 1, 1) as sex,
    age,
    population,
    delivery_id
from {{ source("reference", "lad_population") }}
where sex in ('Male', 'Female')
