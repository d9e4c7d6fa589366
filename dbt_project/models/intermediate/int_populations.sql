-- A year without an estimate lies on the line between its neighbours, or repeats the nearest one; both are marked.
with

years as (
    select distinct cast(extract(year from month_start) as integer) as year
    from {{ ref("int_months") }}
),

known as (
    select
        area_type,
        area_code,
        population_group,
        cast(extract(year from mid_year) as integer) as year,
        population
    from {{ ref("int_known_populations") }}
),

series as (
    select distinct
        area_type,
        area_code,
        population_group
    from known
),

bracketed as (
    select
        series.area_type,
        series.area_code,
        series.population_group,
        years.year,
        max(case when known.year <= years.year then known.year end) as year_before,
        min(case when known.year >= years.year then known.year end) as year_after
    from series
    cross join years
    inner join known
        on
            series.area_type = known.area_type
            and series.area_code = known.area_code
            and series.population_group = known.population_group
    group by all
)

select
    bracketed.area_type,
    bracketed.area_code,
    bracketed.population_group,
    bracketed.year,
    case
        when bracketed.year_before is null then later.population
        when bracketed.year_after is null or bracketed.year_before = bracketed.year_after then earlier.population
        else round(
            earlier.population
            + (later.population - earlier.population)
            * (bracketed.year - bracketed.year_before) / (bracketed.year_after - bracketed.year_before)
        )
    end as population,
    coalesce(bracketed.year_before, 0) != coalesce(bracketed.year_after, 0) as is_estimated
from bracketed
left join known as earlier
    on
        bracketed.area_type = earlier.area_type
        and bracketed.area_code = earlier.area_code
        and bracketed.population_group = earlier.population_group
        and bracketed.year_before = earlier.year
left join known as later
    on
        bracketed.area_type = later.area_type
        and bracketed.area_code = later.area_code
        and bracketed.population_group = later.population_group
        and bracketed.year_after = later.year
