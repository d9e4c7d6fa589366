-- What is only possibly in a figure, under a name of its own, for a blank is never "no": of a share of one measure in
-- another what is certainly in the whole; of a rate whatever may be counted.
select distinct
    parts.profile_key,
    indicators.unknown_measure_id as measure_id
from {{ ref("indicators") }} as indicators
inner join {{ ref("int_memberships") }} as parts
    on indicators.numerator_measure_id = parts.measure_id and parts.lens_id = '' and parts.certain = 0
left join {{ ref("int_memberships") }} as wholes
    on
        indicators.denominator_id = wholes.measure_id
        and parts.profile_key = wholes.profile_key
        and wholes.lens_id = ''
        and wholes.certain = 1
where
    indicators.unknown_measure_id is not null
    and (indicators.denominator_kind = 'population' or wholes.profile_key is not null)
