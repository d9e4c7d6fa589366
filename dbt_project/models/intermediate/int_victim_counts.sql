-- People, not offences: somebody who was a victim twice is counted once, or, of repeat victims, only then. Somebody is
-- a victim of domestic abuse if one of the offences is; if none is and one does not say, nobody knows: so each person
-- is in one part alone, whatever age was written down, and the parts add up.
with

people as (
    select
        offences.source_id,
        memberships.measure_id,
        memberships.lens_id,
        periods.period_type,
        periods.period_start,
        offences.victim_id,
        case
            when bool_or(offences.is_domestic) then 'domestic'
            when bool_or(offences.is_domestic is null) then 'not_known'
            else 'non_domestic'
        end as split,
        sum(offences.offence_count) as offence_count,
        sum(case when offences.is_victim_under_25 then offences.offence_count else 0 end) as young_offence_count
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    inner join {{ ref("int_period_months") }} as periods on offences.month_start = periods.month_start
    inner join (
        select distinct
            people.measure_id,
            declared.period_type
        from {{ ref("people_measures") }} as people
        inner join {{ ref("int_declared_counts") }} as declared on people.people_measure_id = declared.measure_id
    ) as wanted
        on memberships.measure_id = wanted.measure_id and periods.period_type = wanted.period_type
    where memberships.certain = 1 and offences.victim_id is not null
    group by all
)

select
    people.source_id,
    measures.people_measure_id as measure_id,
    people.lens_id,
    'vru' as area_type,
    assessment.area_code,
    people.period_type,
    people.period_start,
    'none' as breakdown,
    '' as breakdown_key,
    splits.split,
    count(*) as event_count
from people
inner join {{ ref("people_measures") }} as measures on people.measure_id = measures.measure_id
inner join {{ ref("split_sets") }} as splits
    on splits.splits = 'every' and (splits.split = 'all' or people.split = splits.split)
cross join {{ ref("stg_run__assessment") }} as assessment
where
    case measures.victims when 'all' then people.offence_count else people.young_offence_count end
    >= measures.fewest_offences
group by all
