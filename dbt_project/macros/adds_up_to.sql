{#- The parts of each group add up to the total that the publisher prints beside them. -#}
{% test adds_up_to(model, part, total, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having sum({{ part }}) != max({{ total }})
{% endtest %}
