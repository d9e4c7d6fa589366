select
    offences.source_id,
    memberships.measure_id,
    offences.month_start,
    offences.lad_code,
    offences.msoa_code,
    offences.given_area_type,
    offences.given_area_code,
    offences.split,
    offences.breakdown,
    offences.breakdown_key,
    sum(offences.offence_count) as event_count,
    '' as lens_id
from {{ ref("int_offence_cells") }} as offences
inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
inner join {{ ref("int_declared_breakdowns") }} as declared
    on memberships.measure_id = declared.measure_id and offences.breakdown = declared.breakdown
where memberships.lens_id = '' and memberships.certain = 1
group by all
