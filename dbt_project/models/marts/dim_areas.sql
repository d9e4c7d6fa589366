with

latest_populations as (
    select
        populations.area_type,
        populations.area_code,
        populations.year,
        max(case when populations.population_group = 'all' then populations.population end) as population,
        max(case when populations.population_group = '16_plus' then populations.population end) as population_16_plus,
        row_number() over (
            partition by populations.area_type, populations.area_code order by populations.year desc
        ) as recency
    from {{ ref("int_populations") }} as populations
    cross join {{ ref("stg_run__assessment") }} as assessment
    where populations.year < extract(year from assessment.cut_off_date) + 1
    group by populations.area_type, populations.area_code, populations.year
),

-- The index of 2019 speaks of the LSOAs of 2011, that of 2025 of those of 2021: both have their place.
deciles as (
    select
        places.msoa_code as area_code,
        cast(round(sum(deprivation.deprivation_decile * places.share) / sum(places.share)) as integer)
            as deprivation_decile
    from {{ ref("int_deprivation") }} as deprivation
    inner join {{ ref("int_lsoa_places") }} as places on deprivation.lsoa_code = places.lsoa_code
    where places.msoa_code is not null
    group by all
)

select
    areas.area_code,
    areas.area_name,
    areas.area_type,
    areas.parent_code,
    cast(populations.population as double) as population,
    cast(populations.population_16_plus as double) as population_16_plus,
    cast(populations.year as integer) as population_year,
    deciles.deprivation_decile
from {{ ref("int_areas") }} as areas
left join latest_populations as populations
    on
        areas.area_type = populations.area_type
        and areas.area_code = populations.area_code
        and populations.recency = 1
left join deciles on areas.area_code = deciles.area_code and areas.area_type = 'msoa'
