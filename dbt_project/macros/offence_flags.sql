{#- The flags of an offence that a rule may look at; each is true, false, or null where nobody knows. -#}
{% macro offence_flags() %}
    {{ return([
        "is_domestic",
        "is_knife_enabled",
        "is_firearm_enabled",
        "is_county_lines",
        "is_repeat_domestic_victim",
        "is_child_present",
        "is_alcohol_related",
        "is_under_25",
        "is_victim_under_25",
        "is_victim_female",
        "is_grievous",
        "is_public_place",
        "is_dwelling",
        "is_charged",
        "is_victim_not_supporting",
        "is_evidential_difficulty",
        "is_suspect_unidentified",
        "is_outcome_assigned"
    ]) }}
{% endmacro %}

{#- Offences with the same key are alike in code, flags and the rules that hold: the rules judge them once. -#}
{% macro profile_key() %}
    concat_ws(
        ' ',
        cast(first_window as varchar),
        cast(last_window as varchar),
        offence_code
        {%- for flag in offence_flags() %}, coalesce(cast({{ flag }} as varchar), '?'){% endfor %}
    )
{% endmacro %}
