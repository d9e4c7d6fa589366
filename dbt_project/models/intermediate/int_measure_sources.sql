-- Of the sources that can answer a measure, the preferred one that was delivered; else the one to ask for.
with

ranked as (
    select
        measures.measure_id,
        measures.source_id,
        measures.finest_area_type,
        measures.cadence,
        count(deliveries.delivery_id) > 0 as is_delivered,
        row_number() over (
            partition by measures.measure_id
            order by case when count(deliveries.delivery_id) > 0 then 0 else 1 end, measures.preference
        ) as choice
    from {{ ref("measures") }} as measures
    left join {{ ref("stg_run__deliveries") }} as deliveries on measures.source_id = deliveries.source_id
    group by measures.measure_id, measures.source_id, measures.finest_area_type, measures.cadence, measures.preference
)

select
    measure_id,
    source_id,
    finest_area_type,
    cadence,
    is_delivered
from ranked
where choice = 1
