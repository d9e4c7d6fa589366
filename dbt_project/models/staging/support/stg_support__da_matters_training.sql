select
    financial_year_start,
    agency_name,
    police_force_code,
    staff_in_scope_count,
    staff_in_scope_count_status,
    staff_trained_count,
    staff_trained_count_status,
    delivery_id,
    line
from {{ source("support", "da_matters_training") }}
