{#- The records of a relation, each with where its LSOA lies (place_lad_code and place_msoa_code: the area's own)
    and what that says of it (lsoa_placement). Where one LSOA lies in several places its records take turns in
    the order given: each has one place, so that every count stays whole and every sum adds up. -#}
{% macro place_records(relation, order_by) %}
    select
        records.*,
        places.lad_code as place_lad_code,
        places.msoa_code as place_msoa_code,
        case
            when places.lad_code is not null then 'in_area'
            when places.lsoa_code is not null then 'out_of_area'
            when records.lsoa_code is null then 'unlocated'
            -- A lookup of the area alone cannot tell a code of elsewhere from one that does not exist.
            when reach.has_lsoas_of_area_alone and length(records.lsoa_code) = 9 then 'out_of_area'
            when substring(records.lsoa_code, 1, 3) = 'S01' then 'out_of_area'
            else 'unknown_code'
        end as lsoa_placement
    from (
        select
            whole.*,
            1 as turn,
            1 as place_number
        from {{ relation }} as whole
        left join {{ ref("int_divided_lsoas") }} as divided on whole.lsoa_code = divided.lsoa_code
        where divided.lsoa_code is null

        union all

        select
            numbered.*,
            turns.place_number
        from (
            select
                taking_turns.*,
                (row_number() over (partition by taking_turns.lsoa_code order by {{ order_by }}) - 1)
                % {{ turn_count() }} + 1 as turn
            from {{ relation }} as taking_turns
            inner join {{ ref("int_divided_lsoas") }} as divided on taking_turns.lsoa_code = divided.lsoa_code
        ) as numbered
        inner join {{ ref("int_lsoa_turns") }} as turns
            on numbered.lsoa_code = turns.lsoa_code and numbered.turn = turns.turn
    ) as records
    left join {{ ref("int_lsoa_places") }} as places
        on records.lsoa_code = places.lsoa_code and records.place_number = places.place_number
    cross join {{ ref("int_lookup_reach") }} as reach
{% endmacro %}

{#- After so many turns they begin anew: a share is kept to the thousandth. -#}
{% macro turn_count() %}{{ return(1000) }}{% endmacro %}
