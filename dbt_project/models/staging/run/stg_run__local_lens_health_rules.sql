select
    lens_id,
    mechanism_group,
    condition,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to
from {{ source("run", "local_lens_health_rules") }}
