-- A crime that was sent again stands as last sent; of its columns, those that are counted.
with

numbered as (
    select
        crimes.crime_id,
        crimes.police_force_code,
        crimes.lad_code,
        crimes.lsoa_code,
        crimes.recorded_on,
        crimes.month_start,
        crimes.committed_at,
        crimes.offence_code,
        crimes.is_domestic,
        crimes.is_knife_enabled,
        crimes.is_firearm_enabled,
        crimes.is_county_lines,
        crimes.is_child_present,
        crimes.is_alcohol_related,
        crimes.is_repeat_domestic_victim,
        crimes.location_type,
        crimes.victim_id,
        crimes.victim_age_band,
        crimes.victim_sex,
        crimes.suspect_age_band,
        crimes.relationship,
        crimes.injury_level,
        crimes.outcome_code,
        row_number() over (
            partition by crimes.crime_id
            order by deliveries.delivery_number desc, crimes.recorded_on desc
        ) as recency
    from {{ ref("stg_police__crimes") }} as crimes
    inner join {{ ref("stg_run__deliveries") }} as deliveries on crimes.delivery_id = deliveries.delivery_id
)

select *
from numbered
where recency = 1
