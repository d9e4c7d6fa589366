-- The indices of 2025 are preferred to those of 2019, which alone know LSOAs that ended in 2021.
with

newer as (
    {{ last_sent("stg_reference__deprivation_2025", "lsoa_code") }}
),

older as (
    {{ last_sent("stg_reference__deprivation", "lsoa_code") }}
)

select
    lsoa_code,
    deprivation_rank,
    deprivation_decile
from newer

union all

select
    lsoa_code,
    deprivation_rank,
    deprivation_decile
from older
where lsoa_code not in (select lsoa_code from newer)
