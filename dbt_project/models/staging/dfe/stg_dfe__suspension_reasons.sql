{% set reasons = [
    "physical_pupils",
    "physical_adult",
    "verbal_pupil",
    "verbal_adult",
    "bullying",
    "racist_abuse",
    "sexual_misconduct",
    "drug_alcohol",
    "damage",
    "theft",
    "persistent_disruptive",
    "other"
] %}

{% for reason in reasons %}
    select
        academic_year_start,
        lower(geographic_level) as geographic_level,
        region_code,
        lad_code,
        '{{ reason }}' as open_data_name,
        suspension_{{ reason }}_count as reason_count,
        suspension_{{ reason }}_count_status as count_status,
        delivery_id
    from {{ source("dfe", "exclusions_by_reason") }}
    where school_type = 'Total'
    {{ "union all" if not loop.last }}
{% endfor %}
