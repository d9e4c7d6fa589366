-- On the days of one window the same rules hold: a rule begins on its first day, and its end begins the day after it.
with

changes as (
    select valid_from as starts_on
    from {{ ref("int_rules") }}

    union distinct

    select cast({{ dbt.dateadd("day", 1, "valid_to") }} as date) as starts_on
    from {{ ref("int_rules") }}
)

select
    starts_on,
    lead(starts_on) over (order by starts_on) as next_starts_on
from changes
