{#- Of each source: its model, what a row is known by, who sends it, its first day, how many months a row is about,
    and the columns that are counted. -#}
{% set returns = {
    "marac_returns": (
        "stg_support__marac_returns", "marac_name, quarter_start", "marac_name", "quarter_start", 3,
        {
            "marac_case": "case_count",
            "marac_repeat_case": "repeat_case_count",
            "marac_partner_referral": "partner_referral_count",
            "marac_child": "child_count"
        }
    ),
    "idva_returns": (
        "stg_support__idva_returns", "service_name, lad_code, quarter_start", "service_name", "quarter_start", 3,
        {
            "idva_staff": "idva_fte",
            "idva_referral": "referral_count",
            "idva_marac_referral": "marac_referral_count",
            "idva_engaged": "engaged_count"
        }
    ),
    "refuge": (
        "stg_support__refuge", "lad_code, month_start", "lad_code", "month_start", 1,
        {
            "refuge_space": "bed_space_count",
            "refuge_occupied": "occupied_count",
            "refuge_refusal": "refusal_count",
            "refuge_no_space_refusal": "no_space_refusal_count"
        }
    ),
    "helpline_calls": (
        "stg_support__helpline_calls", "helpline_name, lad_code, month_start", "helpline_name", "month_start", 1,
        {
            "helpline_call": "call_count",
            "helpline_domestic_call": "domestic_call_count"
        }
    ),
    "perpetrator_programmes": (
        "stg_support__perpetrator_programmes", "programme_name, lad_code, financial_year_start", "programme_name",
        "financial_year_start", 12,
        {
            "programme_place": "place_count",
            "programme_start": "start_count",
            "programme_completion": "completion_count"
        }
    )
} %}
with

{% for source_id, (model, key, sender, first_day, months, columns) in returns.items() %}
    {{ source_id }}_sent as (
        {{ last_sent(model, key) }}
    ),

    {{ source_id }}_placed as (
        {{ place_by_district(source_id ~ "_sent") }}
    ),
{% endfor %}

-- Staff of a force or agency belong to no district.
training_sent as (
    {{ last_sent("stg_support__da_matters_training", "agency_name, financial_year_start") }}
)

{% for source_id, (model, key, sender, first_day, months, columns) in returns.items() %}
    {% for measure_id, column in columns.items() %}
        select
            '{{ source_id }}' as source_id,
            '{{ measure_id }}' as measure_id,
            concat({{ sender }}, ' ', coalesce(lad_code, '')) as sender,
            place_lad_code as lad_code,
            {{ first_day }} as month_start,
            {{ months }} as month_count,
            cast({{ column }} as double) as return_count,
            {{ column }}_status as count_status
        from {{ source_id }}_placed
        where placement in ('in_area', 'unlocated')

        union all
    {% endfor %}
{% endfor %}
{% for measure_id, column in [("staff_in_scope", "staff_in_scope_count"), ("staff_trained", "staff_trained_count")] %}
    select
        'da_matters_training' as source_id,
        '{{ measure_id }}' as measure_id,
        training.agency_name as sender,
        cast(null as varchar) as lad_code,
        training.financial_year_start as month_start,
        12 as month_count,
        cast(training.{{ column }} as double) as return_count,
        training.{{ column }}_status as count_status
    from training_sent as training
    left join {{ ref("stg_run__area_police_forces") }} as forces
        on training.police_force_code = forces.police_force_code
    where training.police_force_code is null or forces.police_force_code is not null

    union all
{% endfor %}
select
    'special_needs' as source_id,
    measure_id,
    lad_code as sender,
    place_lad_code as lad_code,
    academic_year_start as month_start,
    12 as month_count,
    cast(pupil_count as double) as return_count,
    count_status
from {{ ref("int_pupil_needs") }}
