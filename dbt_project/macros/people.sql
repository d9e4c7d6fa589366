{#- The age band of an age in whole years; null where it is not known. -#}
{% macro age_band_of(age) %}
case
    when {{ age }} between 0 and 9 then '0-9'
    when {{ age }} between 10 and 15 then '10-15'
    when {{ age }} between 16 and 17 then '16-17'
    when {{ age }} between 18 and 24 then '18-24'
    when {{ age }} between 25 and 34 then '25-34'
    when {{ age }} between 35 and 44 then '35-44'
    when {{ age }} between 45 and 54 then '45-54'
    when {{ age }} between 55 and 64 then '55-64'
    when {{ age }} between 65 and 74 then '65-74'
    when {{ age }} >= 75 then '75+'
end
{% endmacro %}

{#- F or M for the codes and words of hospitals and ambulances; null for any other. -#}
{% macro sex_of(code) %}
case
    when lower({{ code }}) in ('2', 'f', 'female') then 'F'
    when lower({{ code }}) in ('1', 'm', 'male') then 'M'
end
{% endmacro %}
