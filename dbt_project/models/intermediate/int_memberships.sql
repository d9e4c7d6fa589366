-- Several rules of one offence mean any of them; a record that meets two counts once.
with

judged as (
    select
        profiles.profile_key,
        rules.measure_id,
        rules.lens_id,
        {{ meets_condition("rules.condition", "profiles") }} as is_met
    from {{ ref("int_profiles") }} as profiles
    inner join {{ ref("int_rules") }} as rules
        on
            profiles.offence_code = rules.offence_code
            and profiles.month_start between rules.valid_from and rules.valid_to
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
