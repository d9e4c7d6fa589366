-- A condition is met if all its flags say so, and not met if one says otherwise: an unknown flag is never "no".
-- Several rules of one offence mean any of them; a record that meets two counts once.
with

asked as (
    select
        profiles.profile_key,
        rules.measure_id,
        rules.lens_id,
        rules.condition,
        rules.valid_from,
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
        end as is_met
    from asked
    group by all
)

select
    profile_key,
    measure_id,
    lens_id,
    max(case when is_met then 1 else 0 end) as certain,
    max(case when is_met or is_met is null then 1 else 0 end) as possible
from judged
group by all
having max(case when is_met or is_met is null then 1 else 0 end) = 1
