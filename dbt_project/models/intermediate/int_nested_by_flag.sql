-- Which measures and definitions lie inside one another among domestic offences, among those that are not, or among
-- those of which it is not known, by their rules alone: each rule of the narrower that can hold there has one of the
-- wider, of the same offence and days, that asks for nothing more. What lies inside in the records by chance, nobody
-- who reads the rules knows.
with

splits as (
    select distinct
        case when is_flag_true then 'domestic' else 'non_domestic' end as split,
        is_flag_true as is_domestic
    from {{ ref("conditions") }}
    where flag = 'is_domestic'

    union all

    select
        'not_known' as split,
        null as is_domestic
),

-- What a condition asks beyond the value of the flag.
demands as (
    select
        splits.split,
        conditions.condition,
        conditions.flag,
        conditions.is_flag_true
    from {{ ref("conditions") }} as conditions
    cross join splits
    where conditions.flag is not null and conditions.flag != 'is_domestic'
),

-- Conditions that can hold for the value of the flag, and how much they ask.
possible as (
    select
        splits.split,
        conditions.condition,
        count(distinct case when conditions.flag != 'is_domestic' then conditions.flag end) as demand_count
    from {{ ref("conditions") }} as conditions
    cross join splits
    group by all
    having
        count(*) filter (
            where
            conditions.flag = 'is_domestic'
            and coalesce(conditions.is_flag_true != splits.is_domestic, true)
        ) = 0
),

shared as (
    select
        narrow.split,
        narrow.condition,
        wide.condition as wider_condition,
        count(*) as demand_count
    from demands as narrow
    inner join demands as wide
        on
            narrow.split = wide.split
            and narrow.flag = wide.flag
            and narrow.is_flag_true = wide.is_flag_true
    group by all
),

implied as (
    select
        narrow.split,
        narrow.condition,
        wide.condition as wider_condition
    from possible as narrow
    inner join possible as wide on narrow.split = wide.split
    left join shared
        on
            narrow.split = shared.split
            and narrow.condition = shared.condition
            and wide.condition = shared.wider_condition
    where coalesce(shared.demand_count, 0) = wide.demand_count
),

rules as (
    select distinct
        possible.split,
        rules.measure_id,
        rules.lens_id,
        rules.offence_code,
        rules.condition,
        rules.valid_from,
        rules.valid_to
    from {{ ref("int_rules") }} as rules
    inner join possible on rules.condition = possible.condition

    union distinct

    -- What one rule counts if it is domestic, and another if not, counts whatever it is.
    select
        'not_known' as split,
        yes.measure_id,
        yes.lens_id,
        yes.offence_code,
        'all' as condition,
        greatest(yes.valid_from, no.valid_from) as valid_from,
        least(yes.valid_to, no.valid_to) as valid_to
    from {{ ref("int_rules") }} as yes
    inner join {{ ref("int_rules") }} as no
        on
            yes.measure_id = no.measure_id
            and yes.lens_id = no.lens_id
            and yes.offence_code = no.offence_code
    where yes.condition = 'if_domestic' and no.condition = 'if_non_domestic'
),

sizes as (
    select
        split,
        measure_id,
        lens_id,
        count(*) as rule_count
    from rules
    group by all
),

covered as (
    select distinct
        narrow.split,
        narrow.measure_id,
        narrow.lens_id,
        narrow.offence_code,
        narrow.condition,
        narrow.valid_from,
        narrow.valid_to,
        wide.measure_id as wider_measure_id,
        wide.lens_id as wider_lens_id
    from rules as narrow
    inner join rules as wide
        on
            narrow.split = wide.split
            and narrow.offence_code = wide.offence_code
            and narrow.valid_from >= wide.valid_from
            and narrow.valid_to <= wide.valid_to
            and (narrow.measure_id != wide.measure_id or narrow.lens_id != wide.lens_id)
    inner join implied
        on
            narrow.split = implied.split
            and narrow.condition = implied.condition
            and wide.condition = implied.wider_condition
),

counted as (
    select
        split,
        measure_id,
        lens_id,
        wider_measure_id,
        wider_lens_id,
        count(*) as rule_count
    from covered
    group by all
)

select
    counted.split,
    counted.measure_id,
    counted.lens_id,
    counted.wider_measure_id,
    counted.wider_lens_id
from counted
inner join sizes
    on
        counted.split = sizes.split
        and counted.measure_id = sizes.measure_id
        and counted.lens_id = sizes.lens_id
        and counted.rule_count = sizes.rule_count
