-- People, not offences: somebody who was a victim twice is counted once.
select
    offences.source_id,
    'lens_victims' as measure_id,
    memberships.lens_id,
    'vru' as area_type,
    assessment.area_code,
    periods.period_type,
    periods.period_start,
    'none' as breakdown,
    '' as breakdown_key,
    'all' as split,
    count(distinct offences.victim_id) as event_count
from {{ ref("int_offences") }} as offences
inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
inner join {{ ref("int_period_months") }} as periods on offences.month_start = periods.month_start
inner join {{ ref("int_declared_counts") }} as declared
    on declared.measure_id = 'lens_victims' and periods.period_type = declared.period_type
cross join {{ ref("stg_run__assessment") }} as assessment
where memberships.lens_id != '' and memberships.certain = 1 and offences.victim_id is not null
group by all
