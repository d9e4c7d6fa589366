with

months as (
    select
        month_start,
        cast(extract(year from month_start) as integer) as calendar_year,
        cast(extract(month from month_start) as integer) as month_number
    from {{ ref("int_months") }}
),

-- The year in which a month's financial and academic years began.
starts as (
    select
        month_start,
        calendar_year,
        cast(date_trunc('quarter', month_start) as date) as quarter_start,
        case when month_number >= 4 then calendar_year else calendar_year - 1 end as financial_year,
        case when month_number >= 9 then calendar_year else calendar_year - 1 end as academic_year
    from months
),

members as (
    select
        month_start,
        'month' as period_type,
        month_start as period_start,
        1 as period_months
    from starts

    union all

    select
        month_start,
        'quarter' as period_type,
        quarter_start as period_start,
        3 as period_months
    from starts

    union all

    select
        month_start,
        'calendar_year' as period_type,
        make_date(calendar_year, 1, 1) as period_start,
        12 as period_months
    from starts

    union all

    select
        month_start,
        'financial_year' as period_type,
        make_date(financial_year, 4, 1) as period_start,
        12 as period_months
    from starts

    union all

    select
        month_start,
        'academic_year' as period_type,
        make_date(academic_year, 9, 1) as period_start,
        12 as period_months
    from starts
),

dated as (
    select
        month_start,
        period_type,
        period_start,
        period_months,
        cast(
            {{ dbt.dateadd("day", -1, dbt.dateadd("month", "period_months", "period_start")) }} as date
        ) as period_end
    from members
),

closed as (
    select dated.*
    from dated
    cross join {{ ref("stg_run__assessment") }} as assessment
    where dated.period_end <= assessment.cut_off_date
),

last_financial_year as (
    select max(period_start) as period_start
    from closed
    where period_type = 'financial_year'
),

-- Three financial years together, for what is too rare to be shown by the year.
pooled as (
    select
        closed.month_start,
        'pooled_years' as period_type,
        cast({{ dbt.dateadd("month", -24, "last_financial_year.period_start") }} as date) as period_start,
        36 as period_months,
        cast(
            {{ dbt.dateadd("day", -1, dbt.dateadd("month", 12, "last_financial_year.period_start")) }} as date
        ) as period_end
    from closed
    inner join last_financial_year
        on
            closed.period_start between {{ dbt.dateadd("month", -24, "last_financial_year.period_start") }}
            and last_financial_year.period_start
    where closed.period_type = 'financial_year'
),

-- Twelve months to the end of each quarter: what moves between two years.
quarters as (
    select distinct period_start
    from closed
    where period_type = 'quarter'
),

rolling as (
    select
        months.month_start,
        'rolling_year' as period_type,
        cast({{ dbt.dateadd("month", -9, "quarters.period_start") }} as date) as period_start,
        12 as period_months,
        cast(
            {{ dbt.dateadd("day", -1, dbt.dateadd("month", 3, "quarters.period_start")) }} as date
        ) as period_end
    from quarters
    inner join {{ ref("int_months") }} as months
        on
            months.month_start >= {{ dbt.dateadd("month", -9, "quarters.period_start") }}
            and months.month_start < {{ dbt.dateadd("month", 3, "quarters.period_start") }}
)

select * from closed
union all
select * from rolling
union all
select * from pooled
