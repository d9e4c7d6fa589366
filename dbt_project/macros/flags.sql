{#- Whether unknown flags leave an indicator open: a share of known flags, or of all that is flagged domestic. #}
{%- macro is_open_to_flag(indicators="indicators") -%}
    (
        {{ indicators }}.denominator_kind = 'flag_known'
        or ({{ indicators }}.denominator_kind = 'own_total' and {{ indicators }}.numerator_split = 'domestic')
    )
{%- endmacro %}
