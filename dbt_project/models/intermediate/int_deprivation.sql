-- The indices of 2025 stand where they were delivered, else those of 2019: deciles of two editions do not mix.
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
    older.lsoa_code,
    older.deprivation_rank,
    older.deprivation_decile
from older
cross join (
    select count(*) as row_count
    from newer
) as newest
where newest.row_count = 0
