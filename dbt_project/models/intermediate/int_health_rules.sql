with

rules as (
    select
        lens_id,
        mechanism_group,
        condition,
        valid_from,
        valid_to
    from {{ ref("lens_health_rules") }}

    union all

    select
        lens_id,
        mechanism_group,
        condition,
        valid_from,
        valid_to
    from {{ ref("stg_run__local_lens_health_rules") }}
)

select
    lens_id,
    mechanism_group,
    condition,
    coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
    coalesce(valid_to, cast('2999-12-31' as date)) as valid_to
from rules
