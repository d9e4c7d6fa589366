-- A month is there when everybody who ever sends a source has sent it: otherwise it would look like a fall.
-- Councils elsewhere, of whom a file may hold a stray record, are nobody's senders here.
with

sent as (
    select distinct
        'police_crimes' as source_id,
        police_force_code as sender,
        month_start
    from {{ ref("int_crimes_placed") }}
    where not is_of_other_force

    union all

    select distinct
        'suspects' as source_id,
        police_force_code as sender,
        month_start
    from {{ ref("int_suspects") }}

    union all

    select distinct
        'da_incidents' as source_id,
        police_force_code as sender,
        month_start
    from {{ ref("int_incidents_placed") }}
    where not is_of_other_force

    union all

    select distinct
        'street_crimes' as source_id,
        'map' as sender,
        month_start
    from {{ ref("int_street_crimes_placed") }}
    where placement = 'in_area'

    union all

    select distinct
        'ed_assaults' as source_id,
        site_code as sender,
        month_start
    from {{ ref("stg_health__ed_assaults") }}

    union all

    select distinct
        'ambulance_callouts' as source_id,
        'ambulance' as sender,
        month_start
    from {{ ref("stg_health__ambulance_callouts") }}

    union all

    select distinct
        'hospital_admissions' as source_id,
        'board' as sender,
        month_start
    from {{ ref("stg_health__hospital_admissions") }}

    union all

    select distinct
        source_id,
        lad_code as sender,
        month_start
    from {{ ref("int_education_events") }}
    where placement = 'in_area' and source_id in ('operation_encompass', 'assessment_factors')

    union all

    select distinct
        'recorded_crime' as source_id,
        'force' as sender,
        months.month_start
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("int_months") }} as months
        on cast(date_trunc('quarter', months.month_start) as date) = offences.month_start
    where offences.source_id = 'recorded_crime' and offences.given_area_type in ('vru', 'force')

    union all

    select distinct
        events.source_id,
        events.lad_code as sender,
        years.month_start
    from {{ ref("int_education_events") }} as events
    inner join {{ ref("int_period_months") }} as years
        on years.period_type = 'academic_year' and events.month_start = years.period_start
    where events.placement = 'in_area' and events.source_id in ('suspensions', 'school_absence')
),

senders as (
    select
        source_id,
        count(distinct sender) as sender_count
    from sent
    group by all
)

select
    sent.source_id,
    sent.month_start,
    count(distinct sent.sender) as sent_count,
    any_value(senders.sender_count) as sender_count,
    count(distinct sent.sender) = any_value(senders.sender_count) as is_complete
from sent
inner join senders on sent.source_id = senders.source_id
group by sent.source_id, sent.month_start
