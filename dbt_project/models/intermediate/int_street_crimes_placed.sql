-- Records without an identifier are never taken for copies of each other, however alike they look.
with

numbered as (
    select
        crimes.*,
        case
            when crimes.crime_id is null then 1
            else row_number() over (partition by crimes.crime_id order by deliveries.delivery_number desc)
        end as recency
    from {{ ref("stg_data_police_uk__street_crimes") }} as crimes
    inner join {{ ref("stg_run__deliveries") }} as deliveries on crimes.delivery_id = deliveries.delivery_id
),

latest as (
    select *
    from numbered
    where recency = 1
),

placed as (
    {{ place_records("latest", "month_start, crime_category, crime_id") }}
)

select
    month_start,
    crime_category,
    place_lad_code as lad_code,
    place_msoa_code as msoa_code,
    lsoa_placement as placement
from placed
