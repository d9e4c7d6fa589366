{#- The records of a relation, each with the district of the area that its code stands for, and its placement. -#}
{% macro place_by_district(relation) %}
    select
        own_coded.*,
        districts.lad_code as place_lad_code,
        case
            when districts.lad_code is not null then 'in_area'
            when own_coded.lad_code is null then 'unlocated'
            when known.lad_code is null and not reach.has_lads_of_area_alone then 'unknown_code'
            else 'out_of_area'
        end as placement
    from ({{ in_own_districts(relation) }}) as own_coded
    left join {{ ref("stg_run__districts") }} as districts on own_coded.own_lad_code = districts.lad_code
    left join {{ ref("int_known_lads") }} as known on own_coded.lad_code = known.lad_code
    cross join {{ ref("int_lookup_reach") }} as reach
{% endmacro %}
