select
    quarter_start,
    service_name,
    lad_code,
    idva_fte,
    idva_fte_status,
    referral_count,
    referral_count_status,
    marac_referral_count,
    marac_referral_count_status,
    engaged_count,
    engaged_count_status,
    delivery_id,
    line
from {{ source("support", "idva_returns") }}
