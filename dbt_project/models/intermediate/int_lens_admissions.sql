-- Admissions are judged as offences are: an age that is not known is neither under 25 nor over, and one counts once.
with

sent_admissions as (
    {{ last_sent("stg_health__hospital_admissions", "admission_id") }}
),

placed as (
    {{ place_records("sent_admissions", "month_start, admission_id") }}
),

admissions as (
    select
        placed.admission_id,
        placed.admitted_on,
        placed.month_start,
        placed.place_lad_code,
        causes.mechanism_group,
        placed.age < 25 as is_under_25
    from placed
    inner join {{ ref("icd10_violence") }} as causes on placed.icd10_code = causes.icd10_code
    where placed.lsoa_placement != 'out_of_area'
),

judged as (
    select
        admissions.admission_id,
        admissions.month_start,
        admissions.place_lad_code,
        admissions.is_under_25,
        rules.lens_id,
        rules.valid_from,
        -- Of a patient the age is known, and no flag of the police.
        conditions.flag is null
        or case when conditions.flag = 'is_under_25' then admissions.is_under_25 end = conditions.is_flag_true as is_met
    from admissions
    inner join {{ ref("int_health_rules") }} as rules
        on
            admissions.mechanism_group = rules.mechanism_group
            and admissions.admitted_on between rules.valid_from and rules.valid_to
    inner join {{ ref("conditions") }} as conditions on rules.condition = conditions.condition
),

caught as (
    select
        admission_id,
        month_start,
        place_lad_code,
        is_under_25,
        lens_id,
        coalesce(bool_or(is_met), false) as is_certain
    from judged
    where is_met or is_met is null
    group by all
),

counted as (
    select
        lens_id,
        month_start,
        place_lad_code as lad_code,
        count(*) filter (where is_certain) as lens_admissions,
        count(*) as lens_admissions_at_most,
        count(*) filter (where is_certain and is_under_25) as lens_admissions_under_25
    from caught
    group by all
)

{% set facets = ["lens_admissions", "lens_admissions_at_most", "lens_admissions_under_25"] %}
{% for facet in facets %}
    select
        '{{ facet }}' as measure_id,
        lens_id,
        month_start,
        lad_code,
        {{ facet }} as event_count
    from counted
    {{ "union all" if not loop.last }}
{% endfor %}
