-- People, not offences: somebody who was a victim twice is counted once, or, of repeat victims, only then.
with

victims as (
    select
        offences.source_id,
        people.people_measure_id,
        memberships.lens_id,
        people.fewest_offences,
        periods.period_type,
        periods.period_start,
        offences.victim_id,
        sum(offences.offence_count) as offence_count
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    inner join {{ ref("people_measures") }} as people on memberships.measure_id = people.measure_id
    inner join {{ ref("int_period_months") }} as periods on offences.month_start = periods.month_start
    inner join {{ ref("int_declared_counts") }} as declared
        on people.people_measure_id = declared.measure_id and periods.period_type = declared.period_type
    where
        memberships.certain = 1
        and offences.victim_id is not null
        and (people.victims = 'all' or offences.is_victim_under_25)
    group by all
)

select
    victims.source_id,
    victims.people_measure_id as measure_id,
    victims.lens_id,
    'vru' as area_type,
    assessment.area_code,
    victims.period_type,
    victims.period_start,
    'none' as breakdown,
    '' as breakdown_key,
    'all' as split,
    count(*) as event_count
from victims
cross join {{ ref("stg_run__assessment") }} as assessment
where victims.offence_count >= victims.fewest_offences
group by all
