select
    policy_id,
    cast(threshold as integer) as threshold,
    cast(rounding_base as integer) as rounding_base,
    method,
    authority,
    cast(valid_from as date) as valid_from,
    note
from {{ source("run", "agreed_policies") }}
