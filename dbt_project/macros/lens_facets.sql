{#- Every measure of a definition that is counted by offence, with what it asks of the membership and the profile. -#}
{% macro lens_facets() %}
    {{ return({
        "lens_offences": "memberships.certain = 1",
        "lens_offences_at_most": "true",
        "lens_offences_not_known": "memberships.certain = 0",
        "lens_open_domestic": "memberships.possible_if_domestic = 1 and coalesce(profiles.is_domestic, true)
            and (memberships.certain = 0 or profiles.is_domestic is null)",
        "lens_open_other": "memberships.possible_if_other = 1 and not coalesce(profiles.is_domestic, false)
            and (memberships.certain = 0 or profiles.is_domestic is null)",
        "lens_female": "memberships.certain = 1 and profiles.is_victim_female",
        "lens_sex_known": "memberships.certain = 1 and profiles.is_victim_female is not null",
        "lens_under_25": "memberships.certain = 1 and profiles.is_victim_under_25",
        "lens_age_known": "memberships.certain = 1 and profiles.is_victim_under_25 is not null",
        "lens_dwelling": "memberships.certain = 1 and profiles.is_dwelling",
        "lens_place_known": "memberships.certain = 1 and profiles.is_dwelling is not null",
    }) }}
{% endmacro %}
