-- Areas are those of 2021 where a lookup of LSOAs to MSOAs of 2021 was delivered, else those of 2011.
with

sent_lookup as (
    {{ last_sent("stg_reference__lsoa_lookup", "lsoa_code") }}
),

lookups as (
    select
        '2021' as vintage,
        lsoa_code,
        msoa_code,
        msoa_name,
        lad_code
    from sent_lookup

    union all

    select
        '2011' as vintage,
        lads.lsoa_code,
        msoas.msoa_code,
        msoas.msoa_name,
        lads.lad_code
    from {{ ref("stg_reference__lsoa11_lad21") }} as lads
    left join {{ ref("stg_reference__lsoa11_msoa11") }} as msoas on lads.lsoa_code = msoas.lsoa_code
),

coded as (
    {{ in_own_districts("lookups") }}
),

-- Another vintage of a district's code must not hide the one that the assessment names.
numbered as (
    select
        coded.vintage,
        coded.lsoa_code,
        case when districts.lad_code is not null then coded.msoa_code end as msoa_code,
        case when districts.lad_code is not null then coded.msoa_name end as msoa_name,
        districts.lad_code,
        row_number() over (
            partition by coded.vintage, coded.lsoa_code
            order by districts.lad_code asc nulls last, coded.msoa_code asc nulls last
        ) as choice
    from coded
    left join {{ ref("stg_run__districts") }} as districts on coded.own_lad_code = districts.lad_code
),

places as (
    select *
    from numbered
    where choice = 1
),

-- What an LSOA of 2021 was in 2011, by the residents who came from each.
origins as (
    select
        conversion.lsoa21_code,
        conversion.lsoa_code as lsoa11_code,
        conversion.share,
        residents.population,
        count(*) over (partition by conversion.lsoa21_code) as origin_count,
        count(residents.population) over (partition by conversion.lsoa21_code) as counted_origins
    from {{ ref("int_lsoa_conversion") }} as conversion
    left join {{ ref("int_lsoa_residents") }} as residents on conversion.lsoa_code = residents.lsoa_code
    where conversion.change_code not in ('', 'U')
),

-- In order of preference: converted to 2021, as it stood in 2011, traced back to 2011.
candidates as (
    select
        1 as preference,
        conversion.lsoa_code,
        places.lsoa_code is not null as is_found,
        places.msoa_code,
        places.msoa_name,
        places.lad_code,
        conversion.share as weight
    from {{ ref("int_lsoa_conversion") }} as conversion
    left join places on conversion.lsoa21_code = places.lsoa_code and places.vintage = '2021'

    union all

    select
        2 as preference,
        lsoa_code,
        true as is_found,
        msoa_code,
        msoa_name,
        lad_code,
        cast(1 as double) as weight
    from places
    where vintage = '2011'

    union all

    select
        3 as preference,
        origins.lsoa21_code as lsoa_code,
        places.lsoa_code is not null as is_found,
        places.msoa_code,
        places.msoa_name,
        places.lad_code,
        case
            when origins.counted_origins = origins.origin_count then origins.share * origins.population
            else origins.share
        end as weight
    from origins
    left join places on origins.lsoa11_code = places.lsoa_code and places.vintage = '2011'
),

-- A part that no lookup places lies outside the area.
preferred as (
    select
        lsoa_code,
        min(preference) as preference
    from candidates
    where is_found
    group by all
),

shares as (
    select
        candidates.lsoa_code,
        candidates.msoa_code,
        candidates.msoa_name,
        candidates.lad_code,
        preferred.preference = 1 as is_converted,
        sum(candidates.weight) as weight
    from candidates
    inner join preferred
        on candidates.lsoa_code = preferred.lsoa_code and candidates.preference = preferred.preference
    group by all
    having sum(candidates.weight) > 0
)

select
    lsoa_code,
    msoa_code,
    msoa_name,
    lad_code,
    is_converted,
    weight / sum(weight) over (partition by lsoa_code) as share,
    row_number() over (
        partition by lsoa_code order by weight desc, lad_code asc nulls last, msoa_code asc nulls last
    ) as place_number
from shares
