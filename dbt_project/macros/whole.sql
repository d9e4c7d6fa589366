{% test whole(model, columns, share) %}
select
    {{ columns | join(", ") }},
    sum({{ share }}) as total_share
from {{ model }}
group by {{ columns | join(", ") }}
having abs(sum({{ share }}) - 1) > 0.000001
{% endtest %}
