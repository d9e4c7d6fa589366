-- What services return by month, quarter or year, added up: known only where everybody who ever returns it has.
with

placed as (
    select
        returns.*,
        'vru' as area_type,
        assessment.area_code
    from {{ ref("int_service_returns") }} as returns
    cross join {{ ref("stg_run__assessment") }} as assessment

    union all

    select
        *,
        'lad' as area_type,
        lad_code as area_code
    from {{ ref("int_service_returns") }}
    where lad_code is not null
),

senders as (
    select
        source_id,
        measure_id,
        area_type,
        area_code,
        count(distinct sender) as sender_count,
        min(month_start) as first_month
    from placed
    group by all
),

-- A period holds whole returns alone: no quarter lies in a school year.
held as (
    select
        placed.*,
        periods.period_type,
        periods.period_start,
        periods.period_months
    from placed
    inner join {{ ref("int_declared_counts") }} as declared
        on
            placed.measure_id = declared.measure_id
            and placed.area_type = declared.area_type
            and declared.breakdown = 'none'
    inner join {{ ref("int_period_months") }} as periods
        on placed.month_start = periods.month_start and declared.period_type = periods.period_type
    where
        periods.period_months >= placed.month_count
        and (extract(month from placed.month_start) - extract(month from periods.period_start))
        % placed.month_count = 0
)

select
    held.source_id,
    held.measure_id,
    held.area_type,
    held.area_code,
    held.period_type,
    held.period_start,
    'none' as breakdown,
    '' as breakdown_key,
    -- Halves and fifths of a post must add up to the same whatever their order.
    round(sum(held.return_count), 6) as event_count,
    case
        when
            count(*) filter (where held.count_status = 'reported')
            = any_value(senders.sender_count) * any_value(held.period_months) / any_value(held.month_count)
            then 'reported'
        when bool_or(held.count_status in ('suppressed', 'low')) then 'suppressed'
        else 'not_available'
    end as count_status
from held
inner join senders
    on
        held.source_id = senders.source_id
        and held.measure_id = senders.measure_id
        and held.area_type = senders.area_type
        and held.area_code = senders.area_code
where held.period_start >= senders.first_month
group by held.source_id, held.measure_id, held.area_type, held.area_code, held.period_type, held.period_start
