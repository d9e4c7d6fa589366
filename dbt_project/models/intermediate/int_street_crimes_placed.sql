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
)

select
    crimes.month_start,
    crimes.crime_category,
    places.lad_code,
    places.msoa_code,
    case
        when places.lsoa_code is not null then 'in_area'
        when crimes.lsoa_code is not null then 'out_of_area'
        else 'unlocated'
    end as placement
from numbered as crimes
left join {{ ref("int_lsoas") }} as places on crimes.lsoa_code = places.lsoa_code
where crimes.recency = 1
