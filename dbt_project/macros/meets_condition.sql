{#- What a condition says of an offence: true, false, or null where the flag it looks at is not known.
    An unknown flag is never "no". -#}
{% macro meets_condition(condition, offence) %}
case {{ condition }}
    when 'all' then true
    when 'if_domestic' then {{ offence }}.is_domestic
    when 'if_non_domestic' then not {{ offence }}.is_domestic
    when 'if_knife' then {{ offence }}.is_knife_enabled
    when 'if_firearm' then {{ offence }}.is_firearm_enabled
    when 'if_county_lines' then {{ offence }}.is_county_lines
    when 'if_under_25' then {{ offence }}.is_under_25
    when 'if_grievous' then {{ offence }}.is_grievous
    when 'if_public_place' then {{ offence }}.is_public_place
    when 'if_public_under_25' then {{ offence }}.is_public_place and {{ offence }}.is_under_25
    when 'if_dwelling' then {{ offence }}.is_dwelling
    when 'if_charged' then {{ offence }}.is_charged
    when 'if_victim_not_supporting' then {{ offence }}.is_victim_not_supporting
    when 'if_outcome_known' then {{ offence }}.is_outcome_assigned
    when 'if_repeat_domestic_victim' then {{ offence }}.is_domestic and {{ offence }}.is_repeat_domestic_victim
    when 'if_child_present' then {{ offence }}.is_domestic and {{ offence }}.is_child_present
end
{% endmacro %}
