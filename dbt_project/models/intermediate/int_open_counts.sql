-- Figures that a publisher or a service has already added up, with what is said of each.
with

sent_admissions as (
    {{ last_sent("stg_health__sharp_object_admissions", "region_name, financial_year_start, month_name") }}
),

sent_injuries as (
    {{ last_sent(
        "stg_health__fingertips",
        "fingertips_id, area_code, sex, age_range, category_type, category, period_label"
    ) }}
),

sent_reasons as (
    {{ last_sent(
        "stg_dfe__suspension_reasons",
        "academic_year_start, geographic_level, region_code, lad_code, open_data_name"
    ) }}
),

sent_factors as (
    {{ last_sent(
        "stg_dfe__assessment_factors",
        "reporting_year_start, geographic_level, region_code, lad_code, factor_key"
    ) }}
),

sent_children as (
    {{ last_sent("stg_dfe__children_in_need", "reporting_year_start, geographic_level, region_code, lad_code") }}
),

sent_absence as (
    {{ last_sent(
        "stg_dfe__social_care_absence",
        "academic_year_start, geographic_level, region_code, lad_code, social_care_group, phase"
    ) }}
),

sent_looked_after as (
    {{ last_sent(
        "stg_dfe__children_looked_after",
        "reporting_year_start, geographic_level, region_code, lad_code, care_group"
    ) }}
),

sent_young_people as (
    {{ last_sent(
        "stg_dfe__not_in_education",
        "reporting_year_start, geographic_level, region_code, lad_code, age_range, characteristic_group, characteristic"
    ) }}
),

sent_entrants as (
    {{ last_sent("stg_dfe__first_time_entrants", "financial_year_start, lad_code, area_name") }}
),

sent_pupil_absence as (
    {{ last_sent(
        "stg_dfe__pupil_absence",
        "academic_year_start, geographic_level, region_code, lad_code, phase, school_urn, characteristic_group, "
        ~ "characteristic"
    ) }}
),

-- The table of the Youth Justice Board does not say which of its rows are regions.
entrants as (
    select
        case
            when sent_entrants.lad_code = assessment.country_code then 'national'
            when sent_entrants.lad_code = assessment.region_code then 'regional'
            else 'local authority'
        end as geographic_level,
        assessment.region_code,
        sent_entrants.*
    from sent_entrants
    cross join {{ ref("stg_run__assessment") }} as assessment
    where sent_entrants.lad_code is not null
),

pupil_absence as (
    select
        *,
        {{ school_years("possible_session_count") }} as sessions_possible,
        {{ school_years("(possible_session_count - missed_session_count)") }} as sessions_attended,
        enrolment_count as severe_known_count
    from sent_pupil_absence
    where
        lower(phase) = 'total' and school_urn is null and coalesce(lower(characteristic_group), 'total') = 'total'
),

sharp_objects as (
    select
        'sharp_object_admissions' as source_id,
        'region_sharp_admission' as measure_id,
        'region' as area_type,
        assessment.region_code as area_code,
        'financial_year' as period_type,
        admissions.financial_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        sum(admissions.admission_count) as event_count,
        case
            when max(case when admissions.count_status = 'suppressed' then 1 else 0 end) = 1 then 'suppressed'
            when count(admissions.admission_count) = 12 then 'reported'
            else 'not_available'
        end as count_status
    from sent_admissions as admissions
    inner join {{ ref("stg_run__assessment") }} as assessment on admissions.region_name = assessment.region_name
    group by all
),

injuries as (
    select
        case when area_code = 'E92000001' then 'national' else 'local authority' end as geographic_level,
        cast(null as varchar) as region_code,
        area_code as lad_code,
        financial_year_start as period_start,
        event_count,
        population
    from sent_injuries
    where fingertips_id = '90284' and sex = 'Persons' and category is null and financial_year_start is not null
),

published as (
    select
        'fingertips' as source_id,
        'child_injury_admission' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        period_start,
        'none' as breakdown,
        '' as breakdown_key,
        max(event_count) as event_count,
        case when max(event_count) is null then 'not_available' else 'reported' end as count_status
    from injuries
    group by all

    union all

    select
        'fingertips' as source_id,
        'child_injury_population' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        period_start,
        'none' as breakdown,
        '' as breakdown_key,
        max(population) as event_count,
        case when max(population) is null then 'not_available' else 'reported' end as count_status
    from injuries
    group by all

    union all

    select
        'exclusions_by_reason' as source_id,
        'suspension_reason' as measure_id,
        suspensions.geographic_level,
        suspensions.region_code,
        suspensions.lad_code,
        'academic_year' as period_type,
        suspensions.academic_year_start as period_start,
        'reason' as breakdown,
        reasons.reason_code as breakdown_key,
        suspensions.reason_count as event_count,
        suspensions.count_status
    from sent_reasons as suspensions
    inner join {{ ref("dfe_exclusion_reasons") }} as reasons
        on suspensions.open_data_name = reasons.open_data_name

    union all

    select
        'assessment_factor_totals' as source_id,
        'assessment_factor' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        reporting_year_start as period_start,
        'factor' as breakdown,
        factor_key as breakdown_key,
        factor_count as event_count,
        factor_status as count_status
    from sent_factors

    union all

    select distinct
        'assessment_factor_totals' as source_id,
        'assessments' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        reporting_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        assessment_count as event_count,
        assessment_count_status as count_status
    from sent_factors

    union all

    select
        'children_in_need' as source_id,
        'children_in_need' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        reporting_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        children_in_need_count as event_count,
        children_in_need_count_status as count_status
    from sent_children

    union all

    select
        'social_care_absence' as source_id,
        'social_care_pupils' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'academic_year' as period_type,
        academic_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        pupil_count as event_count,
        pupil_count_status as count_status
    from sent_absence
    where social_care_group = 'CINO at 31 March' and phase = 'Total'

    union all

    select
        'social_care_absence' as source_id,
        'social_care_absentees' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'academic_year' as period_type,
        academic_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        persistent_absentee_count as event_count,
        persistent_absentee_count_status as count_status
    from sent_absence
    where social_care_group = 'CINO at 31 March' and phase = 'Total'

    union all

    select
        'children_looked_after' as source_id,
        'looked_after' as measure_id,
        geographic_level,
        region_code,
        lad_code,
        'financial_year' as period_type,
        reporting_year_start as period_start,
        'none' as breakdown,
        '' as breakdown_key,
        child_count as event_count,
        child_count_status as count_status
    from sent_looked_after
    where lower(care_group) like 'children looked after at 31 march%'

    {% for measure_id, column in {
        "youth_cohort": "cohort_count",
        "youth_not_in_education": "not_in_education_count",
        "youth_not_known": "not_known_count"
    }.items() %}
        union all

        select
            'not_in_education' as source_id,
            '{{ measure_id }}' as measure_id,
            geographic_level,
            region_code,
            lad_code,
            'financial_year' as period_type,
            reporting_year_start as period_start,
            'none' as breakdown,
            '' as breakdown_key,
            {{ column }} as event_count,
            {{ column }}_status as count_status
        from sent_young_people
        where age_range = '16-17' and coalesce(lower(characteristic_group), 'total') = 'total'
    {% endfor %}
    {% for measure_id, column in {"entrants": "entrant_count", "entrant_population": "child_population"}.items() %}
        union all

        select
            'first_time_entrants' as source_id,
            '{{ measure_id }}' as measure_id,
            geographic_level,
            region_code,
            lad_code,
            'financial_year' as period_type,
            financial_year_start as period_start,
            'none' as breakdown,
            '' as breakdown_key,
            {{ column }} as event_count,
            {{ column }}_status as count_status
        from entrants
    {% endfor %}
    {% for measure_id, (column, status) in {
        "pupils": ("enrolment_count", "enrolment_count_status"),
        "persistent_absentees": ("persistent_absentee_count", "persistent_absentee_count_status"),
        "severe_known_pupils": ("severe_known_count", "severe_absentee_count_status"),
        "severe_absentees": ("severe_absentee_count", "severe_absentee_count_status"),
        "sessions_possible": ("sessions_possible", "missed_session_count_status"),
        "sessions_attended": ("sessions_attended", "missed_session_count_status")
    }.items() %}
        union all

        select
            'pupil_absence' as source_id,
            '{{ measure_id }}' as measure_id,
            geographic_level,
            region_code,
            lad_code,
            'academic_year' as period_type,
            academic_year_start as period_start,
            'none' as breakdown,
            '' as breakdown_key,
            {{ column }} as event_count,
            {{ status }} as count_status
        from pupil_absence
    {% endfor %}
),

coded as (
    {{ in_own_districts(
        "published",
        cell="source_id, measure_id, geographic_level, period_type, period_start, breakdown, breakdown_key"
    ) }}
),

-- A district that was merged since is the sum of what it was.
by_district as (
    select
        source_id,
        measure_id,
        own_lad_code as lad_code,
        period_type,
        period_start,
        breakdown,
        breakdown_key,
        sum(event_count) as event_count,
        case
            when min(case when count_status = 'reported' then 1 else 0 end) = 1 then 'reported'
            when max(case when count_status in ('suppressed', 'low') then 1 else 0 end) = 1 then 'suppressed'
            else 'not_available'
        end as count_status
    from coded
    where geographic_level = 'local authority'
    group by all
),

-- A sum over areas is known only when every part of it is.
member_counts as (
    select
        area_type,
        area_code,
        count(*) as member_count
    from {{ ref("int_area_members") }}
    group by all
),

summed as (
    select
        districts.source_id,
        districts.measure_id,
        members.area_type,
        members.area_code,
        districts.period_type,
        districts.period_start,
        districts.breakdown,
        districts.breakdown_key,
        sum(districts.event_count) as event_count,
        case
            when sum(case when districts.count_status = 'reported' then 1 else 0 end) = any_value(expected.member_count)
                then 'reported'
            when max(case when districts.count_status in ('suppressed', 'low') then 1 else 0 end) = 1 then 'suppressed'
            else 'not_available'
        end as count_status
    from by_district as districts
    inner join {{ ref("int_area_members") }} as members on districts.lad_code = members.lad_code
    inner join member_counts as expected
        on members.area_type = expected.area_type and members.area_code = expected.area_code
    group by
        districts.source_id, districts.measure_id, members.area_type, members.area_code, districts.period_type,
        districts.period_start, districts.breakdown, districts.breakdown_key
),

given as (
    select
        published.source_id,
        published.measure_id,
        case when published.geographic_level = 'national' then 'country' else 'region' end as area_type,
        case when published.geographic_level = 'national' then assessment.country_code else published.region_code end
            as area_code,
        published.period_type,
        published.period_start,
        published.breakdown,
        published.breakdown_key,
        published.event_count,
        published.count_status
    from published
    cross join {{ ref("stg_run__assessment") }} as assessment
    where
        published.geographic_level = 'national'
        or (published.geographic_level = 'regional' and published.region_code = assessment.region_code)
)

select * from sharp_objects
union all
select * from summed
union all
select * from given
union all
select * from {{ ref("int_service_counts") }}
union all
select * from {{ ref("int_survey_counts") }}
