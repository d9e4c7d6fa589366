with

lens_rules as (
    select
        lens_id,
        offence_code,
        condition,
        valid_from,
        valid_to
    from {{ ref("lens_rules") }}

    union all

    select
        lens_id,
        offence_code,
        condition,
        valid_from,
        valid_to
    from {{ ref("stg_run__local_lens_rules") }}
),

measure_codes as (
    select
        rules.measure_id,
        codes.offence_code,
        rules.condition
    from {{ ref("measure_rules") }} as rules
    inner join {{ ref("offence_codes") }} as codes
        on
            rules.offence_code = codes.offence_code
            or rules.offence_subgroup = codes.offence_subgroup
            or rules.offence_group = codes.offence_group
)

select
    'lens_offences' as measure_id,
    lens_id,
    offence_code,
    condition,
    coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
    coalesce(valid_to, cast('2999-12-31' as date)) as valid_to
from lens_rules

union all

select
    measure_id,
    '' as lens_id,
    offence_code,
    condition,
    cast('1900-01-01' as date) as valid_from,
    cast('2999-12-31' as date) as valid_to
from measure_codes
