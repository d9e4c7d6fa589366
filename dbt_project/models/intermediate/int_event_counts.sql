with

cells as (
    select
        cells.*,
        splits.split as counted_split
    from {{ ref("int_monthly_cells") }} as cells
    inner join {{ ref("split_sets") }} as splits
        on splits.splits = 'every' and (splits.split = 'all' or cells.split = splits.split)
),

placed as (
    select
        cells.*,
        'vru' as area_type,
        assessment.area_code
    from cells
    cross join {{ ref("stg_run__assessment") }} as assessment
    where cells.given_area_type = ''

    union all

    select
        *,
        'lad' as area_type,
        lad_code as area_code
    from cells
    where given_area_type = '' and lad_code is not null

    union all

    select
        *,
        'msoa' as area_type,
        msoa_code as area_code
    from cells
    where given_area_type = '' and msoa_code is not null

    union all

    -- What has no district is of the force that sent it.
    select
        cells.*,
        'force' as area_type,
        coalesce(districts.police_force_code, cells.given_force_code) as area_code
    from cells
    left join {{ ref("int_force_districts") }} as districts on cells.lad_code = districts.lad_code
    cross join {{ ref("int_force_coverage") }} as coverage
    where
        cells.given_area_type = ''
        and coverage.is_several_forces
        and coalesce(districts.police_force_code, cells.given_force_code) is not null

    union all

    select
        *,
        given_area_type as area_type,
        given_area_code as area_code
    from cells
    where given_area_type != ''
),

needed as (
    select
        placed.source_id,
        placed.measure_id,
        placed.lens_id,
        placed.area_type,
        placed.area_code,
        declared.period_type,
        placed.month_start,
        placed.breakdown,
        placed.breakdown_key,
        placed.counted_split,
        sum(placed.event_count) as event_count
    from placed
    inner join {{ ref("int_declared_counts") }} as declared
        on
            placed.measure_id = declared.measure_id
            and placed.area_type = declared.area_type
            and placed.breakdown = declared.breakdown
    group by all
)

select
    needed.source_id,
    needed.measure_id,
    needed.lens_id,
    needed.area_type,
    needed.area_code,
    needed.period_type,
    periods.period_start,
    needed.breakdown,
    needed.breakdown_key,
    needed.counted_split as split,
    sum(needed.event_count) as event_count
from needed
inner join {{ ref("int_period_months") }} as periods
    on needed.month_start = periods.month_start and needed.period_type = periods.period_type
group by all

union all

select
    source_id,
    measure_id,
    lens_id,
    area_type,
    area_code,
    period_type,
    period_start,
    breakdown,
    breakdown_key,
    split,
    event_count
from {{ ref("int_victim_counts") }}

union all

select
    source_id,
    measure_id,
    lens_id,
    area_type,
    area_code,
    period_type,
    period_start,
    breakdown,
    breakdown_key,
    split,
    event_count
from {{ ref("int_suspect_people") }}
