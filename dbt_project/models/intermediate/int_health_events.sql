with

attendances as (
    {{ last_sent("stg_health__ed_assaults", "attendance_id") }}
),

callouts as (
    {{ last_sent("stg_health__ambulance_callouts", "incident_id") }}
),

admissions as (
    {{ last_sent("stg_health__hospital_admissions", "admission_id") }}
),

events as (
    select
        'ed_assaults' as source_id,
        'ed_assault' as measure_id,
        month_start,
        lsoa_code
    from attendances

    union all

    select
        'ed_assaults' as source_id,
        'ed_assault_place_known' as measure_id,
        month_start,
        lsoa_code
    from attendances
    where assault_location_type is not null

    union all

    select
        'ed_assaults' as source_id,
        'ed_assault_home' as measure_id,
        month_start,
        lsoa_code
    from attendances
    where assault_location_type in ('home_own', 'home_other')

    union all

    select
        'ambulance_callouts' as source_id,
        'ambulance_assault' as measure_id,
        month_start,
        lsoa_code
    from callouts

    union all

    select
        'hospital_admissions' as source_id,
        'assault_admission' as measure_id,
        month_start,
        lsoa_code
    from admissions

    union all

    select
        'hospital_admissions' as source_id,
        'sharp_admission' as measure_id,
        admissions.month_start,
        admissions.lsoa_code
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.mechanism_group = 'sharp'

    union all

    select
        'hospital_admissions' as source_id,
        'place_known_admission' as measure_id,
        admissions.month_start,
        admissions.lsoa_code
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.place_code is not null and causes.place_code != '9'

    union all

    select
        'hospital_admissions' as source_id,
        'home_admission' as measure_id,
        admissions.month_start,
        admissions.lsoa_code
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.place_code = '0'

    union all

    select
        'hospital_admissions' as source_id,
        'intimate_admission' as measure_id,
        admissions.month_start,
        admissions.lsoa_code
    from admissions
    inner join {{ ref("icd10_violence") }} as causes on admissions.icd10_code = causes.icd10_code
    where causes.da_proxy_tier = 'A'
)

select
    events.source_id,
    events.measure_id,
    events.month_start,
    places.lad_code,
    case
        when places.lsoa_code is not null then 'in_area'
        when events.lsoa_code is not null then 'out_of_area'
        else 'unlocated'
    end as placement
from events
left join {{ ref("int_lsoas") }} as places on events.lsoa_code = places.lsoa_code
