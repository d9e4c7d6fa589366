with

counted as (
    select
        profile_key,
        measure_id
    from {{ ref("int_memberships") }}
    where lens_id = '' and certain = 1

    union all

    select
        profile_key,
        measure_id
    from {{ ref("int_blanks") }}
)

select
    offences.source_id,
    counted.measure_id,
    offences.month_start,
    offences.lad_code,
    offences.msoa_code,
    offences.given_force_code,
    offences.given_area_type,
    offences.given_area_code,
    offences.split,
    offences.breakdown,
    offences.breakdown_key,
    sum(offences.offence_count) as event_count,
    '' as lens_id
from {{ ref("int_offence_cells") }} as offences
inner join counted on offences.profile_key = counted.profile_key
inner join {{ ref("int_declared_breakdowns") }} as declared
    on counted.measure_id = declared.measure_id and offences.breakdown = declared.breakdown
group by all
