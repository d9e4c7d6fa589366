select
    policy_id,
    threshold,
    rounding_base,
    method,
    authority,
    valid_from,
    note
from {{ ref("disclosure_policies") }}

union all

select
    policy_id,
    threshold,
    rounding_base,
    method,
    authority,
    valid_from,
    note
from {{ ref("stg_run__agreed_policies") }}
