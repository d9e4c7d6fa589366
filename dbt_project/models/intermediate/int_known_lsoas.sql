-- Which censuses know a code, as far as lookups were delivered.
with

named as (
    select
        lsoa_code,
        '2021' as vintage
    from {{ ref("stg_reference__lsoa_lookup") }}

    union all

    select
        lsoa21_code as lsoa_code,
        '2021' as vintage
    from {{ ref("stg_reference__lsoa11_lsoa21") }}

    union all

    select
        lsoa11_code as lsoa_code,
        '2011' as vintage
    from {{ ref("stg_reference__lsoa11_lsoa21") }}

    union all

    select
        lsoa_code,
        '2011' as vintage
    from {{ ref("stg_reference__lsoa11_lad21") }}

    union all

    select
        lsoa_code,
        '2011' as vintage
    from {{ ref("stg_reference__lsoa11_msoa11") }}
)

select
    lsoa_code,
    bool_or(vintage = '2011') as is_of_2011,
    bool_or(vintage = '2021') as is_of_2021
from named
group by all
