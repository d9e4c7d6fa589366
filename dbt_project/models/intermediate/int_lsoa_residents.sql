-- The latest estimate of each LSOA, of either vintage.
with

sent_people as (
    {{ last_sent("stg_reference__lsoa_population", "mid_year, lsoa_code, sex, age") }}
),

sent_people_of_2011 as (
    {{ last_sent("stg_reference__lsoa11_population", "lsoa_code") }}
),

estimates as (
    select
        lsoa_code,
        mid_year,
        sum(population) as population
    from sent_people
    group by all

    union all

    select
        lsoa_code,
        cast('2020-06-30' as date) as mid_year,
        population
    from sent_people_of_2011

    union all

    select
        lsoa_code,
        mid_year,
        population
    from {{ ref("int_lsoa_totals") }}
),

ranked as (
    select
        lsoa_code,
        population,
        row_number() over (partition by lsoa_code order by mid_year desc, population desc) as recency
    from estimates
)

select
    lsoa_code,
    population
from ranked
where recency = 1
