{% for age in range(0, 91) %}
    select
        area_code,
        area_name,
        'F' as sex,
        {{ age }} as age,
        age_{{ age }}_count as population,
        population as population_all_ages,
        delivery_id
    from {{ source("reference", "lad_population_females") }}
    {{ "union all" if not loop.last }}
{% endfor %}
