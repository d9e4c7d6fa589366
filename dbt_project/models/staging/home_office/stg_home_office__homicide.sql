select
    financial_year_start,
    police_force_name,
    {{ known("victim_sex") }} as victim_sex,
    {{ known("victim_age_group") }} as victim_age_group,
    {{ known("relationship") }} as relationship,
    {{ known("killing_method") }} as killing_method,
    homicide_count,
    delivery_id,
    line
from {{ source("home_office", "homicide") }}
