-- Estimates come as the publisher's workbooks and as tables that others made of them: the workbook is preferred.
with

workbooks as (
    select
        deliveries.delivery_id,
        deliveries.delivery_number,
        years.reference_date as mid_year
    from {{ ref("stg_run__deliveries") }} as deliveries
    inner join {{ ref("population_workbooks") }} as years
        on lower(deliveries.file_name) like years.file_pattern
    where deliveries.source_id in ('lad_population_males', 'lad_population_females')
),

sheets as (
    select
        area_code,
        sex,
        age,
        population,
        delivery_id
    from {{ ref("stg_reference__lad_population_males") }}

    union all

    select
        area_code,
        sex,
        age,
        population,
        delivery_id
    from {{ ref("stg_reference__lad_population_females") }}
),

given as (
    select
        workbooks.mid_year,
        sheets.area_code,
        sheets.sex,
        sheets.age,
        sheets.population,
        1 as preference,
        workbooks.delivery_number
    from sheets
    inner join workbooks on sheets.delivery_id = workbooks.delivery_id

    union all

    select
        people.mid_year,
        people.area_code,
        people.sex,
        people.age,
        people.population,
        2 as preference,
        deliveries.delivery_number
    from {{ ref("stg_reference__lad_population") }} as people
    inner join {{ ref("stg_run__deliveries") }} as deliveries on people.delivery_id = deliveries.delivery_id
),

ranked as (
    select
        given.*,
        row_number() over (
            partition by mid_year, area_code, sex, age order by preference asc, delivery_number desc
        ) as choice
    from given
)

select
    mid_year,
    area_code,
    sex,
    age,
    population
from ranked
where choice = 1
