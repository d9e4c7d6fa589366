{% for position in range(1, 11) %}
    select
        la_number,
        neighbour_{{ position }} as neighbour_la_number,
        {{ position }} as neighbour_position
    from {{ source("dfe", "statistical_neighbours") }}
    {{ "union all" if not loop.last }}
{% endfor %}
