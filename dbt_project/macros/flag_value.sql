{#- The flag of an offence that a condition names: true, false, or null where it is not known. -#}
{% macro flag_value(flag, offence) %}
case {{ flag }}
    {%- for name in offence_flags() %}
    when '{{ name }}' then {{ offence }}.{{ name }}
    {%- endfor %}
end
{% endmacro %}
