with

offences as (
    select
        profile_key,
        source_id,
        month_start,
        lad_code,
        msoa_code,
        given_area_type,
        given_area_code,
        split,
        sum(offence_count) as offence_count
    from {{ ref("int_offences") }}
    group by all
),

totals as (
    select
        offences.source_id,
        memberships.measure_id,
        offences.month_start,
        offences.lad_code,
        offences.msoa_code,
        offences.given_area_type,
        offences.given_area_code,
        offences.split,
        'none' as breakdown,
        '' as breakdown_key,
        sum(offences.offence_count) as event_count
    from offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    where memberships.lens_id = '' and memberships.certain = 1
    group by all
),

-- One row per offence and breakdown that some indicator declares.
broken_down as (
    select
        *,
        'sex' as breakdown,
        victim_sex as breakdown_key
    from {{ ref("int_offences") }}
    where victim_sex is not null

    union all

    select
        *,
        'age_band' as breakdown,
        victim_age_band as breakdown_key
    from {{ ref("int_offences") }}
    where victim_age_band is not null

    union all

    select
        offences.*,
        'offence_subgroup' as breakdown,
        codes.offence_subgroup as breakdown_key
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("offence_codes") }} as codes on offences.offence_code = codes.offence_code

    union all

    select
        *,
        'day_and_hour' as breakdown,
        concat(
            case extract(isodow from committed_at)
                when 1 then 'Mon' when 2 then 'Tue' when 3 then 'Wed' when 4 then 'Thu'
                when 5 then 'Fri' when 6 then 'Sat' else 'Sun'
            end,
            ' ',
            lpad(cast(extract(hour from committed_at) as varchar), 2, '0')
        ) as breakdown_key
    from {{ ref("int_offences") }}
    where committed_at is not null
),

breakdowns as (
    select
        broken_down.source_id,
        memberships.measure_id,
        broken_down.month_start,
        broken_down.lad_code,
        cast(null as varchar) as msoa_code,
        broken_down.given_area_type,
        broken_down.given_area_code,
        broken_down.split,
        broken_down.breakdown,
        broken_down.breakdown_key,
        sum(broken_down.offence_count) as event_count
    from broken_down
    inner join {{ ref("int_memberships") }} as memberships on broken_down.profile_key = memberships.profile_key
    inner join {{ ref("int_declared_breakdowns") }} as declared
        on memberships.measure_id = declared.measure_id and broken_down.breakdown = declared.breakdown
    where memberships.lens_id = '' and memberships.certain = 1
    group by all
)

select
    *,
    '' as lens_id
from totals

union all

select
    *,
    '' as lens_id
from breakdowns
