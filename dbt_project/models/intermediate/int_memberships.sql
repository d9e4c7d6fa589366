-- A condition is met if all its flags say so, and not met if one says otherwise: an unknown flag is never "no".
-- Several rules of one offence mean any of them; a record that meets two counts once. Where one rule counts it if a
-- flag says yes and another if it says no, it counts whatever the flag would say.
with

asked as (
    select
        profiles.profile_key,
        rules.measure_id,
        rules.lens_id,
        rules.condition,
        rules.valid_from,
        conditions.flag,
        conditions.is_flag_true,
        conditions.flag is null or {{ flag_value("conditions.flag", "profiles") }} = conditions.is_flag_true
            as is_as_wanted,
        -- Of a quarter in which a rule began or ended nobody knows on which side of that day a record lies.
        rules.valid_from <= profiles.first_window and rules.valid_to >= profiles.last_window as holds_throughout
    from {{ ref("int_profiles") }} as profiles
    inner join {{ ref("int_rules") }} as rules
        on
            profiles.offence_code = rules.offence_code
            and profiles.last_window >= rules.valid_from
            and profiles.first_window <= rules.valid_to
    inner join {{ ref("conditions") }} as conditions on rules.condition = conditions.condition
),

judged as (
    select
        profile_key,
        measure_id,
        lens_id,
        condition,
        valid_from,
        case
            when bool_or(not is_as_wanted) then false
            when bool_and(holds_throughout and is_as_wanted is not null) then true
        end as is_met,
        bool_and(holds_throughout) as holds_throughout,
        count(*) filter (where is_as_wanted is null) as open_flags,
        max(case when is_as_wanted is null then flag end) as open_flag,
        max(case when is_as_wanted is null and is_flag_true then 1 else 0 end) as open_value,
        max(case when flag = 'is_domestic' and is_flag_true then 1 else 0 end) as asks_for_domestic,
        max(case when flag = 'is_domestic' and not is_flag_true then 1 else 0 end) as asks_for_other
    from asked
    group by all
),

counted_either_way as (
    select
        profile_key,
        measure_id,
        lens_id,
        open_flag
    from judged
    where is_met is null and holds_throughout and open_flags = 1
    group by all
    having count(distinct open_value) = 2
)

select
    judged.profile_key,
    judged.measure_id,
    judged.lens_id,
    max(case when judged.is_met or counted_either_way.profile_key is not null then 1 else 0 end) as certain,
    max(case when judged.is_met or judged.is_met is null then 1 else 0 end) as possible,
    -- What it possibly is where the domestic abuse flag would say yes, or no.
    max(case when coalesce(judged.is_met, true) and judged.asks_for_other = 0 then 1 else 0 end)
        as possible_if_domestic,
    max(case when coalesce(judged.is_met, true) and judged.asks_for_domestic = 0 then 1 else 0 end)
        as possible_if_other
from judged
left join counted_either_way
    on
        judged.profile_key = counted_either_way.profile_key
        and judged.measure_id = counted_either_way.measure_id
        and judged.lens_id = counted_either_way.lens_id
group by all
having max(case when judged.is_met or judged.is_met is null then 1 else 0 end) = 1
