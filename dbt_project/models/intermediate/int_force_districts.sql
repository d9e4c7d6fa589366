with

coded as (
    {{ in_own_districts(ref("stg_reference__lad_police_force")) }}
)

select
    own_lad_code as lad_code,
    max(police_force_code) as police_force_code,
    max(police_force_name) as police_force_name
from coded
group by all
