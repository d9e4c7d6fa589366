-- Turns are given out as seats are at an election (Webster’s method): after any number of records each place has
-- had its share of them, to the nearest whole one, and a record that comes later moves none that came before.
with

turns as (
    {{ dbt.generate_series(turn_count()) }}
),

claims as (
    select
        places.lsoa_code,
        places.place_number,
        row_number() over (
            partition by places.lsoa_code
            -- Rounded, so that a tie is a tie.
            order by round((turns.generated_number - 0.5) / places.share, 9), places.place_number
        ) as turn
    from {{ ref("int_lsoa_places") }} as places
    inner join {{ ref("int_divided_lsoas") }} as divided on places.lsoa_code = divided.lsoa_code
    cross join turns
)

select
    lsoa_code,
    turn,
    place_number
from claims
where turn <= {{ turn_count() }}
