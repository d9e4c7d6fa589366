-- The records of each kind in each place and period, undivided and by each breakdown of which several counts are told:
-- all that those counts are made of. Secret: it stays in the warehouse.
with

counts as (
    select distinct
        measure_id,
        lens_id
    from {{ ref("dim_record_kinds") }}
),

-- Of one count alone, nobody works out another.
told as (
    select
        declared.area_type,
        declared.period_type,
        declared.breakdown
    from {{ ref("int_declared_counts") }} as declared
    inner join counts on declared.measure_id = counts.measure_id
    group by all
    having count(*) > 1
),

counted as (
    select
        kinds.kind_key,
        offences.month_start,
        offences.lad_code,
        offences.msoa_code,
        offences.given_force_code,
        offences.split,
        offences.breakdown,
        offences.breakdown_key,
        sum(offences.offence_count) as record_count
    from {{ ref("int_offence_cells") }} as offences
    inner join {{ ref("int_profile_kinds") }} as kinds on offences.profile_key = kinds.profile_key
    where offences.given_area_type = '' and offences.breakdown in (select breakdown from told)
    group by all
),

placed as (
    select
        counted.*,
        'vru' as area_type,
        assessment.area_code
    from counted
    cross join {{ ref("stg_run__assessment") }} as assessment

    union all

    select
        *,
        'lad' as area_type,
        lad_code as area_code
    from counted
    where lad_code is not null

    union all

    select
        *,
        'msoa' as area_type,
        msoa_code as area_code
    from counted
    where msoa_code is not null

    union all

    select
        counted.*,
        'force' as area_type,
        coalesce(districts.police_force_code, counted.given_force_code) as area_code
    from counted
    left join {{ ref("int_force_districts") }} as districts on counted.lad_code = districts.lad_code
    cross join {{ ref("int_force_coverage") }} as coverage
    where
        coverage.is_several_forces
        and coalesce(districts.police_force_code, counted.given_force_code) is not null
)

select
    placed.area_type,
    placed.area_code,
    told.period_type,
    periods.period_start,
    placed.breakdown,
    coalesce(breakdown_values.breakdown_value, '') as breakdown_value,
    placed.split,
    placed.kind_key,
    cast(sum(placed.record_count) as bigint) as record_count
from placed
inner join told on placed.area_type = told.area_type and placed.breakdown = told.breakdown
inner join {{ ref("int_period_months") }} as periods
    on placed.month_start = periods.month_start and told.period_type = periods.period_type
left join {{ ref("breakdown_values") }} as breakdown_values
    on placed.breakdown = breakdown_values.breakdown and placed.breakdown_key = breakdown_values.breakdown_key
group by all
