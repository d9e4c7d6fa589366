with

calendar as (
    {{ dbt.date_spine("month", "cast('2006-01-01' as date)", "cast('2041-01-01' as date)") }}
)

select
    cast(date_month as date) as month_start,
    cast({{ dbt.dateadd("day", -1, dbt.dateadd("month", 1, "date_month")) }} as date) as month_end
from calendar
cross join {{ ref("stg_run__assessment") }} as assessment
where date_month <= assessment.cut_off_date
