with

sent_attendances as (
    {{ last_sent("stg_health__ed_assaults", "attendance_id") }}
),

sent_callouts as (
    {{ last_sent("stg_health__ambulance_callouts", "incident_id") }}
),

sent_admissions as (
    {{ last_sent("stg_health__hospital_admissions", "admission_id") }}
),

attendances as (
    {{ place_records("sent_attendances", "month_start, attendance_id") }}
),

callouts as (
    {{ place_records("sent_callouts", "month_start, incident_id") }}
),

admissions as (
    {{ place_records("sent_admissions", "month_start, admission_id") }}
),

events as (
    select
        'ed_assaults' as source_id,
        'ed_assault' as measure_id,
        month_start,
        place_lad_code,
        lsoa_placement
    from attendances

    union all

    select
        'ed_assaults' as source_id,
        'ed_assault_place_known' as measure_id,
        month_start,
        place_lad_code,
        lsoa_placement
    from attendances
    where assault_location_type is not null

    union all

    select
        'ed_assaults' as source_id,
        'ed_assault_home' as measure_id,
        month_start,
        place_lad_code,
        lsoa_placement
    from attendances
    where assault_location_type in ('home_own', 'home_other')

    union all

    select
        'ambulance_callouts' as source_id,
        'ambulance_assault' as measure_id,
        month_start,
        place_lad_code,
        lsoa_placement
    from callouts

    union all

    select
        'hospital_admissions' as source_id,
        'assault_admission' as measure_id,
        month_start,
        place_lad_code,
        lsoa_placement
    from admissions

    union all

    select
        'hospital_admissions' as source_id,
        'sharp_admission' as measure_id,
        admissions.month_start,
        admissions.place_lad_code,
        admissions.lsoa_placement
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.mechanism_group = 'sharp'

    union all

    select
        'hospital_admissions' as source_id,
        'place_known_admission' as measure_id,
        admissions.month_start,
        admissions.place_lad_code,
        admissions.lsoa_placement
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.place_code is not null and causes.place_code != '9'

    union all

    select
        'hospital_admissions' as source_id,
        'home_admission' as measure_id,
        admissions.month_start,
        admissions.place_lad_code,
        admissions.lsoa_placement
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.place_code = '0'

    union all

    select
        'hospital_admissions' as source_id,
        'intimate_admission' as measure_id,
        admissions.month_start,
        admissions.place_lad_code,
        admissions.lsoa_placement
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.da_proxy_tier = 'A'
)

select
    source_id,
    measure_id,
    month_start,
    place_lad_code as lad_code,
    lsoa_placement as placement
from events
