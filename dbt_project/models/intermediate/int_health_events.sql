{% set attendance_measures = {
    "ed_assault": "true",
    "ed_age_known": "age_band is not null",
    "ed_under_25": "age_band in ('0-9', '10-15', '16-17', '18-24')",
    "ed_method_known": "assault_method is not null",
    "ed_assault_place_known": "assault_location_type is not null",
    "ed_assault_home": "assault_location_type in ('home_own', 'home_other')"
} %}
{#- A word that is none of these says nothing of what happened or where. -#}
{% set callout_measures = {
    "ambulance_assault": "true",
    "ambulance_complaint_known": "chief_complaint in ('assault', 'sexual_assault', 'stab_gunshot_penetrating')",
    "ambulance_penetrating": "chief_complaint = 'stab_gunshot_penetrating'",
    "ambulance_sexual": "chief_complaint = 'sexual_assault'",
    "ambulance_place_known": "location_type in ('home', 'street', 'licensed_premises', 'public_building', 'other')",
    "ambulance_home": "location_type = 'home'",
    "ambulance_conveyance_known": "is_conveyed is not null",
    "ambulance_conveyed": "is_conveyed"
} %}
{% set admission_measures = {
    "assault_admission": "true",
    "age_known_admission": "age_band is not null",
    "under_25_admission": "age_band in ('0-9', '10-15', '16-17', '18-24')",
    "sharp_admission": "mechanism_group = 'sharp'",
    "sharp_age_known_admission": "mechanism_group = 'sharp' and age_band is not null",
    "sharp_under_25_admission": "mechanism_group = 'sharp' and age_band in ('0-9', '10-15', '16-17', '18-24')",
    "firearm_admission": "mechanism_group = 'firearm'",
    "strangulation_admission": "mechanism_group = 'strangulation'",
    "bodily_force_admission": "mechanism_group = 'bodily_force'",
    "blunt_admission": "mechanism_group = 'blunt'",
    "sexual_admission": "mechanism_group = 'sexual'",
    "maltreatment_admission": "mechanism_group = 'maltreatment'",
    "place_known_admission": "place_code is not null and place_code != '9'",
    "home_admission": "place_code = '0'",
    "intimate_admission": "da_proxy_tier = 'A'"
} %}
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

placed_attendances as (
    {{ place_records("sent_attendances", "month_start, attendance_id") }}
),

callouts as (
    {{ place_records("sent_callouts", "month_start, incident_id") }}
),

placed_admissions as (
    {{ place_records("sent_admissions", "month_start, admission_id") }}
),

attendances as (
    select
        *,
        {{ age_band_of("age") }} as age_band
    from placed_attendances
),

admissions as (
    select
        placed_admissions.*,
        {{ age_band_of("placed_admissions.age") }} as age_band,
        causes.mechanism_group,
        causes.place_code,
        causes.da_proxy_tier
    from placed_admissions
    inner join {{ ref("icd10_violence") }} as causes on placed_admissions.icd10_code = causes.icd10_code
),

events as (
    {% for measure_id, condition in attendance_measures.items() %}
        select
            'ed_assaults' as source_id,
            '{{ measure_id }}' as measure_id,
            month_start,
            place_lad_code,
            lsoa_placement,
            sex,
            age_band,
            assault_method,
            assault_location_type as assault_place
        from attendances
        where {{ condition }}

        union all
    {% endfor %}
    {% for measure_id, condition in callout_measures.items() %}
        select
            'ambulance_callouts' as source_id,
            '{{ measure_id }}' as measure_id,
            month_start,
            place_lad_code,
            lsoa_placement,
            sex,
            cast(null as varchar) as age_band,
            cast(null as varchar) as assault_method,
            cast(null as varchar) as assault_place
        from callouts
        where {{ condition }}

        union all
    {% endfor %}
    {% for measure_id, condition in admission_measures.items() %}
        select
            'hospital_admissions' as source_id,
            '{{ measure_id }}' as measure_id,
            month_start,
            place_lad_code,
            lsoa_placement,
            sex,
            age_band,
            cast(null as varchar) as assault_method,
            cast(null as varchar) as assault_place
        from admissions
        where {{ condition }}
        {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    source_id,
    measure_id,
    month_start,
    place_lad_code as lad_code,
    lsoa_placement as placement,
    sex,
    age_band,
    assault_method,
    assault_place
from events
