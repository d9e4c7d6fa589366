select
    lens_id,
    title,
    short_title,
    meaning,
    unknown_flag_rule,
    source,
    is_interpretation,
    cast(sort_order as integer) as sort_order
from {{ source("run", "local_lenses") }}
