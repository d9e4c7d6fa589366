{#- Of each measure: the rows that it adds up, and those without which a return says nothing of it. Who has no special
    need has no primary one, whatever stands there. -#}
{% set is_semh = "sen_provision != 'none' and primary_need = 'semh'" %}
{% set measures = {
    "census_pupils": ("true", "sen_provision = 'none'"),
    "special_needs_pupils": ("sen_provision != 'none'", "sen_provision != 'none' and primary_need != 'semh'"),
    "semh_pupils": (is_semh, is_semh),
    "semh_support_pupils": (is_semh ~ " and sen_provision = 'support'", is_semh ~ " and sen_provision = 'support'"),
    "semh_plan_pupils": (is_semh ~ " and sen_provision = 'plan'", is_semh ~ " and sen_provision = 'plan'")
} %}
with

sent as (
    {{ last_sent(
        "stg_education__special_needs", "academic_year_start, lad_code, sen_provision, primary_need"
    ) }}
),

placed as (
    {{ place_by_district("sent") }}
)

{% for measure_id, (is_counted, is_needed) in measures.items() %}
    select
        '{{ measure_id }}' as measure_id,
        lad_code,
        place_lad_code,
        academic_year_start,
        sum(pupil_count) filter (where {{ is_counted }}) as pupil_count,
        case
            when bool_or({{ is_counted }} and pupil_count_status in ('suppressed', 'low')) then 'suppressed'
            -- Pupils of whom nobody says whether they count: a blank is not "no".
            when bool_or(({{ is_counted }}) is null) then 'not_available'
            when bool_or({{ is_counted }} and pupil_count_status != 'reported') then 'not_available'
            when count(*) filter (where {{ is_needed }}) = 0 then 'not_available'
            else 'reported'
        end as count_status
    from placed
    where placement = 'in_area'
    group by all
    {{ "union all" if not loop.last }}
{% endfor %}
