-- Periods of several years, and of calendar years, keep their label alone.
select
    fingertips_id,
    indicator_name,
    parent_code,
    parent_name,
    area_code,
    area_name,
    area_type,
    sex,
    age_range,
    category_type,
    category,
    period_label,
    period_order,
    period_range,
    published_value,
    published_lower95,
    published_upper95,
    published_lower998,
    published_upper998,
    event_count,
    population,
    value_note,
    recent_trend,
    compared_with_england,
    compared_with_percentiles,
    compared_with_goal,
    has_new_data,
    delivery_id,
    line,
    case
        when period_label like '____/__'
            then cast(
                {{ dbt.dateadd(
                    "year", "cast((period_order - period_order % 10000) / 10000 - 2000 as integer)",
                    "cast('2000-04-01' as date)"
                ) }} as date
            )
    end as financial_year_start
from {{ source("health", "fingertips") }}
