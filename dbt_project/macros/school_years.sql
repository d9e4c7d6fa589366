{#- Sessions as school years of 380, to whole ones: a pupil's sessions are no independent trials, and count as one.
    380 are those of a school year (Education (School Day and School Year) (England) Regulations 1999). -#}
{% macro school_years(session_count) %}
cast(round({{ session_count }} / 380.0) as integer)
{% endmacro %}
