{#- The records of a relation that police forces sent, placed by their LSOA, else by the district that the force gave;
    those of other forces are none of the area's. -#}
{% macro place_by_force(relation, order_by) %}
    select
        placed.*,
        case
            when forces.police_force_code is null then 'out_of_area'
            when placed.lsoa_placement in ('in_area', 'out_of_area') then placed.lsoa_placement
            when placed.lad_code is null or districts.lad_code is not null then placed.lsoa_placement
            when known.lad_code is null and not reach.has_lads_of_area_alone then 'unknown_code'
            else 'out_of_area'
        end as placement,
        forces.police_force_code is null as is_of_other_force,
        districts.lad_code as given_lad_code
    from ({{ place_records(relation, order_by) }}) as placed
    left join {{ ref("stg_run__districts") }} as districts on placed.own_lad_code = districts.lad_code
    left join {{ ref("int_known_lads") }} as known on placed.lad_code = known.lad_code
    left join {{ ref("stg_run__area_police_forces") }} as forces on placed.police_force_code = forces.police_force_code
    cross join {{ ref("int_lookup_reach") }} as reach
{% endmacro %}
