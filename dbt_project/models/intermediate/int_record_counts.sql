-- What a reader who thinks in records thinks of: definitions and their parts, and measures that ask for nothing that
-- neither asks for. Outcomes, for one, say nothing about definitions; what lies inside what is tied in
-- dim_nested_measures.
with

rules as (
    select
        asked.measure_id,
        asked.lens_id,
        conditions.flag
    from {{ ref("int_rules") }} as asked
    inner join {{ ref("conditions") }} as conditions on asked.condition = conditions.condition
    where conditions.flag is not null
),

apart as (
    select distinct measure_id
    from rules
    where
        lens_id = ''
        and flag not in ('is_victim_female', 'is_victim_under_25', 'is_dwelling')
        and flag not in (
            select definitions.flag
            from rules as definitions
            where definitions.lens_id != ''
        )
),

apart_with_blanks as (
    select measure_id
    from apart

    union distinct

    select unknown_measure_id as measure_id
    from {{ ref("indicators") }}
    where numerator_measure_id in (select measure_id from apart) and unknown_measure_id is not null
)

select counted.*
from {{ ref("int_counted_profiles") }} as counted
left join apart_with_blanks on counted.measure_id = apart_with_blanks.measure_id
where apart_with_blanks.measure_id is null
