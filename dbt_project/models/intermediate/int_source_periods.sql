with

sources as (
    select
        source_id,
        min(month_start) as first_month,
        max(month_start) as last_month
    from {{ ref("int_source_months") }}
    group by all
),

expected as (
    select
        sources.source_id,
        sources.first_month,
        sources.last_month,
        periods.period_type,
        periods.period_start,
        periods.month_start,
        coalesce(months.is_complete, false) as is_complete,
        coalesce(months.sent_count, 0) as sent_count
    from sources
    cross join {{ ref("int_period_months") }} as periods
    left join {{ ref("int_source_months") }} as months
        on sources.source_id = months.source_id and periods.month_start = months.month_start
),

judged as (
    select
        source_id,
        period_type,
        period_start,
        min(case when is_complete then 1 else 0 end) = 1 as is_complete,
        -- A period outside all deliveries was never expected; one between two of them was.
        max(month_start) < any_value(first_month) or min(month_start) > any_value(last_month) as is_outside,
        sum(case when is_complete then 0 else 1 end) as missing_month_count,
        min(case when not is_complete then month_start end) as first_missing_month,
        max(case when not is_complete then sent_count end) > 0 as is_partly_sent
    from expected
    group by all
)

select
    judged.source_id,
    judged.period_type,
    judged.period_start,
    judged.is_complete,
    case
        when judged.is_complete then ''
        when judged.is_outside then 'No delivery covers this period'
        else concat(
            months.month_name,
            ' ',
            cast(extract(year from judged.first_missing_month) as varchar),
            case
                when judged.missing_month_count > 1
                    then concat(' and ', cast(judged.missing_month_count - 1 as varchar), ' more')
                else ''
            end,
            case when judged.is_partly_sent then ' came without some senders' else ' never arrived' end
        )
    end as gap
from judged
left join {{ ref("month_names") }} as months
    on (cast(extract(month from judged.first_missing_month) as integer) + 8) % 12 = months.month_offset
