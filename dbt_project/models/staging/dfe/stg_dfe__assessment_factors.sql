{% set factors = [
    "domestic_abuse_child",
    "domestic_abuse_parent",
    "domestic_abuse_person",
    "mental_health_parent",
    "mental_health_child",
    "drug_misuse_parent",
    "alcohol_misuse_parent",
    "emotional_abuse",
    "neglect",
    "physical_abuse_adult_on_child",
    "gangs",
    "child_sexual_exploitation",
    "child_criminal_exploitation",
    "going_missing",
    "alcohol_misuse_child",
    "alcohol_misuse_person",
    "drug_misuse_child",
    "drug_misuse_person",
    "mental_health_person",
    "physical_abuse_child_on_child",
    "sexual_abuse_child_on_child",
    "sexual_abuse_adult_on_child",
    "trafficking",
    "self_harm",
    "young_carer",
    "socially_unacceptable_behaviour"
] %}

{% for factor in factors %}
    select
        reporting_year_start,
        lower(geographic_level) as geographic_level,
        region_code,
        lad_code,
        '{{ factor }}' as factor_key,
        {{ factor }}_count as factor_count,
        {{ factor }}_count_status as factor_status,
        assessment_count,
        assessment_count_status,
        delivery_id
    from {{ source("dfe", "assessment_factor_totals") }}
    {{ "union all" if not loop.last }}
{% endfor %}
