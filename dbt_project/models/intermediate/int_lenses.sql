select
    lens_id,
    title,
    short_title,
    meaning,
    unknown_flag_rule,
    source,
    is_interpretation,
    sort_order,
    false as is_from_assessment
from {{ ref("lenses") }}

union all

select
    lens_id,
    title,
    short_title,
    meaning,
    unknown_flag_rule,
    source,
    is_interpretation,
    sort_order,
    true as is_from_assessment
from {{ ref("stg_run__local_lenses") }}
