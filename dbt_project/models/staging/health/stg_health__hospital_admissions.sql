select
    admission_id,
    admitted_on,
    icd10_code,
    age,
    {{ sex_of("sex_code") }} as sex,
    lsoa_code,
    delivery_id,
    cast(date_trunc('month', admitted_on) as date) as month_start
from {{ source("health", "hospital_admissions") }}
