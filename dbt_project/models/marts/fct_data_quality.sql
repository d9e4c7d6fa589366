with

delivered as (
    select
        source_id,
        sum(row_count) as row_count,
        sum(accepted_count) as accepted_count,
        sum(rejected_count) as rejected_count
    from {{ ref("stg_run__deliveries") }}
    group by all
),

placements as (
    select
        'police_crimes' as source_id,
        placement,
        count(*) as record_count
    from {{ ref("int_crimes_placed") }}
    group by all

    union all

    select
        'street_crimes' as source_id,
        placement,
        count(*) as record_count
    from {{ ref("int_street_crimes_placed") }}
    group by all

    union all

    select
        source_id,
        placement,
        count(*) as record_count
    from {{ ref("int_health_events") }}
    where measure_id in ('ed_assault', 'ambulance_assault', 'assault_admission')
    group by all
),

flags as (
    select
        'police_crimes' as source_id,
        count(*) as record_count,
        count(is_domestic) as flagged_count
    from {{ ref("int_crimes_placed") }}
),

checks as (
    select
        source_id,
        1 as check_order,
        'rows_in' as check_id,
        'Rows received' as label,
        row_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        source_id,
        2 as check_order,
        'rows_accepted' as check_id,
        'Rows accepted' as label,
        accepted_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        source_id,
        3 as check_order,
        'rows_quarantined' as check_id,
        'Rows held back, with a reason' as label,
        rejected_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        placements.source_id,
        case placements.placement when 'in_area' then 4 when 'out_of_area' then 5 else 6 end as check_order,
        concat('rows_', placements.placement) as check_id,
        case placements.placement
            when 'in_area' then 'Records placed in the area'
            when 'out_of_area' then 'Records placed outside the area'
            else 'Records without a place'
        end as label,
        placements.record_count as check_count,
        sum(placements.record_count) over (partition by placements.source_id) as base_count
    from placements

    union all

    select
        source_id,
        7 as check_order,
        'flag_not_known' as check_id,
        'Records without a domestic abuse flag' as label,
        record_count - flagged_count as check_count,
        record_count as base_count
    from flags
    where record_count > 0
)

select
    source_id,
    check_id,
    check_order,
    label,
    cast(check_count as double) as check_count,
    cast(base_count as double) as base_count
from checks
