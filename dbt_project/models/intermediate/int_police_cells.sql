-- What is certainly in a measure is counted; and, under a name of its own, what is certainly in the whole of a share
-- and only possibly in the part: a blank is never "no".
with

counted as (
    select
        profile_key,
        measure_id
    from {{ ref("int_memberships") }}
    where lens_id = '' and certain = 1

    union all

    -- Two shares of one whole may leave the same records open.
    select distinct
        parts.profile_key,
        indicators.unknown_measure_id as measure_id
    from {{ ref("indicators") }} as indicators
    inner join {{ ref("int_memberships") }} as wholes
        on indicators.denominator_id = wholes.measure_id and wholes.lens_id = '' and wholes.certain = 1
    inner join {{ ref("int_memberships") }} as parts
        on
            indicators.numerator_measure_id = parts.measure_id
            and wholes.profile_key = parts.profile_key
            and parts.lens_id = ''
            and parts.certain = 0
    where indicators.unknown_measure_id is not null
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
