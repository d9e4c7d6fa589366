select
    assessment_id,
    lad_code,
    factor_code,
    delivery_id,
    cast(date_trunc('month', assessment_ended_on) as date) as month_start
from {{ source("education", "assessment_factors") }}
