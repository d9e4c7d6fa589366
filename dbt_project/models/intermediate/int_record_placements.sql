-- Every record of its kind that still stands, once: what was sent again counts as last sent.
with

sent_suspensions as (
    {{ last_sent("stg_education__suspensions", "event_id") }}
),

sent_notifications as (
    {{ last_sent("stg_education__operation_encompass", "notification_id") }}
),

sent_factors as (
    {{ last_sent("stg_education__assessment_factors", "assessment_id, factor_code") }}
),

sent_absence as (
    {{ last_sent("stg_education__school_absence", "academic_year_start, term, lad_code, phase, pupil_group") }}
),

sent_needs as (
    {{ last_sent(
        "stg_education__special_needs", "academic_year_start, lad_code, sen_provision, primary_need"
    ) }}
),

sent_by_councils as (
    select
        'suspensions' as source_id,
        lad_code
    from sent_suspensions

    union all

    select
        'operation_encompass' as source_id,
        lad_code
    from sent_notifications

    union all

    select
        'assessment_factors' as source_id,
        lad_code
    from sent_factors

    union all

    select
        'school_absence' as source_id,
        lad_code
    from sent_absence

    union all

    select
        'special_needs' as source_id,
        lad_code
    from sent_needs
),

placed_by_district as (
    {{ place_by_district("sent_by_councils") }}
),

records as (
    select
        'police_crimes' as source_id,
        placement
    from {{ ref("int_crimes_placed") }}

    union all

    select
        'da_incidents' as source_id,
        placement
    from {{ ref("int_incidents_placed") }}

    union all

    select
        'street_crimes' as source_id,
        placement
    from {{ ref("int_street_crimes_placed") }}

    union all

    -- Each event once, by the measure that counts all of its source.
    select
        source_id,
        placement
    from {{ ref("int_health_events") }}
    where measure_id in ('ed_assault', 'ambulance_assault', 'assault_admission')

    union all

    select
        source_id,
        placement
    from placed_by_district
)

select
    source_id,
    placement,
    count(*) as record_count
from records
group by all
