-- The residents of a period are those of the middle of its year; of pooled years, the sum of each.
with

period_years as (
    select distinct
        period_type,
        period_start,
        case
            when period_type in ('financial_year', 'calendar_year', 'academic_year')
                then cast(extract(year from period_start) as integer)
            -- Of twelve months from July or October, those of the year in which most of them lie.
            when period_type = 'rolling_year'
                then cast(extract(year from {{ dbt.dateadd("month", 5, "period_start") }}) as integer)
            when period_type = 'pooled_years'
                then cast(extract(year from {{ dbt.dateadd("month", -3, "month_start") }}) as integer)
            else cast(extract(year from month_start) as integer)
        end as year
    from {{ ref("int_period_months") }}
)

select
    populations.area_type,
    populations.area_code,
    populations.population_group,
    period_years.period_type,
    period_years.period_start,
    sum(populations.population) as population,
    bool_or(populations.is_estimated) as is_estimated
from period_years
inner join {{ ref("int_populations") }} as populations on period_years.year = populations.year
group by all
