{% set measures = {
    "da_incident": "true",
    "da_incident_child_known": "is_child_present is not null",
    "da_incident_child": "is_child_present",
    "da_incident_repeat_known": "is_repeat_victim is not null",
    "da_incident_repeat": "is_repeat_victim",
    "da_incident_risk_known": "dash_risk in ('standard', 'medium', 'high')",
    "da_incident_high_risk": "dash_risk = 'high'",
    "da_incident_referral_known": "is_referred_to_marac is not null",
    "da_incident_referred": "is_referred_to_marac"
} %}
{% for measure_id, condition in measures.items() %}
    select
        'da_incidents' as source_id,
        '{{ measure_id }}' as measure_id,
        month_start,
        lad_in_area as lad_code,
        case when lad_in_area is null then police_force_code end as given_force_code,
        count(*) as event_count
    from {{ ref("int_incidents_placed") }}
    where placement != 'out_of_area' and {{ condition }}
    group by all
    {{ "union all" if not loop.last }}
{% endfor %}
