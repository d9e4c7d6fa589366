{% set absence_measures = {
    "pupils": ("pupil_count", "term = 'spring'"),
    "persistent_absentees": ("persistent_absentee_count", "term = 'spring'"),
    "severe_known_pupils": ("pupil_count", "term = 'spring' and severe_absentee_count is not null"),
    "severe_absentees": ("severe_absentee_count", "term = 'spring' and severe_absentee_count is not null")
} %}
with

sent_suspensions as (
    {{ last_sent("stg_education__suspensions", "event_id") }}
),

sent_absence as (
    {{ last_sent("stg_education__school_absence", "academic_year_start, term, lad_code, phase, pupil_group") }}
),

sent_assessments as (
    {{ last_sent("stg_education__assessment_factors", "assessment_id, factor_code") }}
),

sent_notifications as (
    {{ last_sent("stg_education__operation_encompass", "notification_id") }}
),

reasons as (
    select
        event_id,
        reason_1 as reason_code
    from sent_suspensions

    union all

    select
        event_id,
        reason_2 as reason_code
    from sent_suspensions

    union all

    select
        event_id,
        reason_3 as reason_code
    from sent_suspensions
),

given_reasons as (
    select distinct
        reasons.event_id,
        reasons.reason_code,
        codes.violence_subset = 'yes' as is_violence
    from reasons
    inner join {{ ref("dfe_exclusion_reasons") }} as codes on reasons.reason_code = codes.reason_code
),

violent_events as (
    select distinct event_id
    from given_reasons
    where is_violence
),

suspensions as (
    select
        'suspensions' as source_id,
        case when events.event_type = 'permanent' then 'exclusion' else 'suspension' end as measure_id,
        events.academic_year_start as month_start,
        events.lad_code,
        'none' as breakdown,
        '' as breakdown_key,
        1 as event_count
    from sent_suspensions as events

    union all

    select
        'suspensions' as source_id,
        case when events.event_type = 'permanent' then 'violence_exclusion' else 'violence_suspension' end
            as measure_id,
        events.academic_year_start as month_start,
        events.lad_code,
        'none' as breakdown,
        '' as breakdown_key,
        1 as event_count
    from sent_suspensions as events
    inner join violent_events on events.event_id = violent_events.event_id

    union all

    select
        'suspensions' as source_id,
        'suspension_reason' as measure_id,
        events.academic_year_start as month_start,
        events.lad_code,
        'reason' as breakdown,
        given_reasons.reason_code as breakdown_key,
        1 as event_count
    from sent_suspensions as events
    inner join given_reasons on events.event_id = given_reasons.event_id
    where events.event_type != 'permanent'
),

-- Pupils are counted in the spring term, as the Department for Education does.
pupils as (
    {% for measure_id, (number, condition) in absence_measures.items() %}
        select
            'school_absence' as source_id,
            '{{ measure_id }}' as measure_id,
            academic_year_start as month_start,
            lad_code,
            'none' as breakdown,
            '' as breakdown_key,
            {{ number }} as event_count
        from sent_absence
        where pupil_group = 'all' and {{ condition }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

sessions_of_districts as (
    select
        academic_year_start,
        lad_code,
        sum(possible_session_count) as sessions_possible,
        sum(possible_session_count - missed_session_count) as sessions_attended
    from sent_absence
    where pupil_group = 'all' and missed_session_count <= possible_session_count
    group by all
),

-- Sessions of all terms, as school years.
sessions as (
    {% for measure_id in ["sessions_possible", "sessions_attended"] %}
        select
            'school_absence' as source_id,
            '{{ measure_id }}' as measure_id,
            academic_year_start as month_start,
            lad_code,
            'none' as breakdown,
            '' as breakdown_key,
            {{ school_years(measure_id) }} as event_count
        from sessions_of_districts
        {{ "union all" if not loop.last }}
    {% endfor %}
),

assessments as (
    select
        'assessment_factors' as source_id,
        'assessments' as measure_id,
        month_start,
        lad_code,
        'none' as breakdown,
        '' as breakdown_key,
        count(distinct assessment_id) as event_count
    from sent_assessments
    group by all

    union all

    select
        'assessment_factors' as source_id,
        'assessment_factor' as measure_id,
        assessments.month_start,
        assessments.lad_code,
        'factor' as breakdown,
        factors.factor_key as breakdown_key,
        count(distinct assessments.assessment_id) as event_count
    from sent_assessments as assessments
    inner join {{ ref("cin_factors") }} as factors on assessments.factor_code = factors.factor_code
    where factors.factor_key is not null
    group by all
),

notifications as (
    select
        'operation_encompass' as source_id,
        'encompass' as measure_id,
        month_start,
        lad_code,
        'none' as breakdown,
        '' as breakdown_key,
        1 as event_count
    from sent_notifications
),

events as (
    select * from suspensions
    union all
    select * from pupils
    union all
    select * from sessions
    union all
    select * from assessments
    union all
    select * from notifications
),

placed as (
    {{ place_by_district("events") }}
)

select
    source_id,
    measure_id,
    month_start,
    place_lad_code as lad_code,
    breakdown,
    breakdown_key,
    event_count,
    placement
from placed
