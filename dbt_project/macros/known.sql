{#- A word that says "we do not know" is no value: it must never be taken for an answer. -#}
{% macro known(column) %}
case
    when lower({{ column }}) not in ('unknown', 'not known', 'not stated', 'not recorded', 'n/k', 'u')
        then {{ column }}
end
{% endmacro %}
