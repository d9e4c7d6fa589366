-- Residents of each LSOA without sex and age: of one year in codes of one census, those of 2021 before those of 2011.
with

sent as (
    {% for year in range(2019, 2025) %}
        select
            '2021' as vintage,
            cast('{{ year }}-06-30' as date) as mid_year,
            lsoa_code,
            population
        from ({{ last_sent("stg_reference__lsoa_population_" ~ year, "lsoa_code") }})

        union all
    {% endfor %}

    select
        '2011' as vintage,
        cast('2020-06-30' as date) as mid_year,
        lsoa_code,
        population
    from ({{ last_sent("stg_reference__lsoa11_population", "lsoa_code") }})
),

years as (
    select
        mid_year,
        max(vintage) as vintage
    from sent
    group by all
)

select
    sent.lsoa_code,
    sent.mid_year,
    sent.population
from sent
inner join years on sent.mid_year = years.mid_year and sent.vintage = years.vintage
-- Where sex and age are known, the total is their sum.
where sent.mid_year not in (select mid_year from {{ ref("stg_reference__lsoa_population") }})
