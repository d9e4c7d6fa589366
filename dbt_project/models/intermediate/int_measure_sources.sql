-- Of the sources that can answer a measure, the preferred one that was delivered; else the one to ask for. Whom the
-- area is compared with is answered by tables that reach beyond it, whatever answers for the area itself.
with

-- Where the area is made of several forces its own sources count each of them.
reaches as (
    select
        area_types.area_type,
        case when area_types.area_type = 'force' and coverage.is_several_forces then 'own' else area_types.reach end
            as reach
    from {{ ref("area_types") }} as area_types
    cross join {{ ref("int_force_coverage") }} as coverage
),

ranked as (
    select
        measures.measure_id,
        reaches.area_type,
        reaches.reach,
        measures.source_id,
        measures.finest_area_type,
        measures.cadence,
        wider.source_id is not null as is_wider,
        measures.policy_id,
        count(deliveries.delivery_id) > 0 as is_delivered,
        row_number() over (
            partition by measures.measure_id, reaches.area_type
            order by
                case when reaches.reach = 'wider' and wider.source_id is null then 1 else 0 end,
                case when count(deliveries.delivery_id) > 0 then 0 else 1 end,
                measures.preference
        ) as choice
    from {{ ref("measures") }} as measures
    cross join reaches
    left join {{ ref("wider_sources") }} as wider on measures.source_id = wider.source_id
    left join {{ ref("stg_run__deliveries") }} as deliveries on measures.source_id = deliveries.source_id
    group by
        measures.measure_id, reaches.reach, reaches.area_type, measures.source_id, measures.finest_area_type,
        measures.cadence, measures.policy_id, measures.preference, wider.source_id
)

select
    measure_id,
    area_type,
    reach,
    source_id,
    finest_area_type,
    cadence,
    is_wider,
    policy_id,
    is_delivered
from ranked
where choice = 1
