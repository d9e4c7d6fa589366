-- A crime that was sent again stands as last sent.
with

numbered as (
    select
        crimes.*,
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
