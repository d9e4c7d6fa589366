-- A short text for the rules of each definition, and of each measure that is of none: other rules, another text.
with

rules as (
    select
        case when lens_id = '' then measure_id else lens_id end as rule_set,
        concat_ws(
            ' ', measure_id, offence_code, condition, cast(valid_from as varchar), cast(valid_to as varchar)
        ) as rule_text
    from {{ ref("int_rules") }}

    union all

    select
        lens_id as rule_set,
        concat_ws(
            ' ', mechanism_group, condition, cast(valid_from as varchar), cast(valid_to as varchar)
        ) as rule_text
    from {{ ref("int_health_rules") }}

    union all

    select
        lens_id as rule_set,
        unknown_flag_rule as rule_text
    from {{ ref("int_lenses") }}
)

select
    rule_set,
    {{ dbt.hash(dbt.listagg("rule_text", "'; '", "order by rule_text")) }} as rule_version
from rules
group by rule_set
