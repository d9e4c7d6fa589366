-- What an LSOA of 2011 became in 2021: itself (U), several (S), part of one (M), or parts of several (X).
with

sent_pairs as (
    {{ last_sent("stg_reference__lsoa11_lsoa21", "lsoa11_code, lsoa21_code") }}
),

pairs as (
    select distinct
        lsoa11_code as lsoa_code,
        lsoa21_code,
        change_code
    from sent_pairs
),

weighed as (
    select
        pairs.*,
        residents.population,
        count(*) over (partition by pairs.lsoa_code) as successor_count,
        count(residents.population) over (partition by pairs.lsoa_code) as counted_successors,
        sum(residents.population) over (partition by pairs.lsoa_code) as successor_population
    from pairs
    left join {{ ref("int_lsoa_residents") }} as residents on pairs.lsoa21_code = residents.lsoa_code
),

judged as (
    select
        *,
        case
            when successor_count = 1 then 'whole'
            when counted_successors = successor_count and successor_population > 0 then 'population'
            else 'equal'
        end as share_basis
    from weighed
),

-- No code was given a second meaning: one of 2021 that is not of 2011 too stands for itself.
new_codes as (
    select known.lsoa_code
    from {{ ref("int_known_lsoas") }} as known
    left join pairs on known.lsoa_code = pairs.lsoa_code
    where known.is_of_2021 and pairs.lsoa_code is null
)

select
    lsoa_code,
    lsoa21_code,
    change_code,
    case share_basis
        when 'whole' then cast(1 as double)
        when 'population' then cast(population as double) / successor_population
        else cast(1 as double) / successor_count
    end as share,
    share_basis
from judged

union all

select
    lsoa_code,
    lsoa_code as lsoa21_code,
    '' as change_code,
    cast(1 as double) as share,
    'whole' as share_basis
from new_codes
