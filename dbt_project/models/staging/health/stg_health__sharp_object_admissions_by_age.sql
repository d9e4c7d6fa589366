{% set regions = {
    "east_midlands": "East Midlands",
    "east_of_england": "East of England",
    "london": "London",
    "north_east": "North East",
    "north_west": "North West",
    "south_east": "South East",
    "south_west": "South West",
    "west_midlands": "West Midlands",
    "yorkshire_and_the_humber": "Yorkshire and The Humber",
    "england": "England"
} %}

{% for column, region in regions.items() %}
    select
        '{{ region }}' as region_name,
        age_group,
        month_name,
        financial_year_start,
        {{ column }}_count as admission_count,
        {{ column }}_count_status as count_status,
        delivery_id
    from {{ source("health", "sharp_object_admissions_by_age") }}
    {{ "union all" if not loop.last }}
{% endfor %}
