{#- The rows of a relation, each with the district (own_lad_code) that its code stands for in this assessment.
    Of a table, where a cell was sent under the district's own code and under an older one too, the first stands. -#}
{% macro in_own_districts(relation, column="lad_code", cell=none) %}
    {% set codes %}
        select
            coded.*,
            coalesce(codes.lad_code, coded.{{ column }}) as own_lad_code,
            codes.sent_code is null as is_sent_as_own
        from {{ relation }} as coded
        left join {{ ref("int_lad_codes") }} as codes on coded.{{ column }} = codes.sent_code
    {% endset %}
    {% if cell is none %}
        {{ codes }}
    {% else %}
        select *
        from (
            select
                own_coded.*,
                bool_or(own_coded.is_sent_as_own) over (partition by own_coded.own_lad_code, {{ cell }}) as has_own_row
            from ({{ codes }}) as own_coded
        ) as preferred
        where is_sent_as_own or not has_own_row
    {% endif %}
{% endmacro %}
