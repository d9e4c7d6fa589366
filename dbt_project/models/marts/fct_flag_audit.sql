-- The proxy judges the flag, it never replaces it: no published count of domestic abuse rests on it.
with

months as (
    select months.month_start
    from {{ ref("int_months") }} as months
    inner join {{ ref("int_source_months") }} as sent on months.month_start = sent.month_start
    cross join {{ ref("stg_run__assessment") }} as assessment
    where sent.source_id = 'police_crimes' and months.month_end >= assessment.start_date
),

-- The same offences as the published measures of these names: each counts whole groups.
scopes as (
    select
        measure_id,
        offence_group
    from {{ ref("measure_rules") }}
    where measure_id in ('recorded_crime', 'violence')
),

spine as (
    select distinct
        forces.police_force_code,
        scopes.measure_id,
        months.month_start
    from {{ ref("stg_run__area_police_forces") }} as forces
    cross join scopes
    cross join months
),

-- An answer that rests on something nobody knows is null, unless the other condition is met.
judged as (
    select
        crimes.police_force_code,
        crimes.month_start,
        crimes.offence_code,
        crimes.is_domestic,
        (
            crimes.relationship in (
                'intimate_partner', 'ex_partner', 'parent_to_child', 'child_to_parent', 'sibling', 'other_family'
            )
            and crimes.victim_age_band not in ('0-9', '10-15')
            and crimes.suspect_age_band not in ('0-9', '10-15')
        )
        or (locations.is_dwelling and crimes.is_repeat_domestic_victim) as is_expected_domestic
    from {{ ref("int_crimes_placed") }} as crimes
    left join {{ ref("location_types") }} as locations on lower(crimes.location_type) = locations.location_type
    where crimes.placement != 'out_of_area'
),

counted as (
    select
        judged.police_force_code,
        scopes.measure_id,
        judged.month_start,
        count(*) as record_count,
        count(judged.is_domestic) as flag_known_count,
        count(*) filter (where judged.is_domestic) as domestic_count,
        count(*) filter (where judged.is_expected_domestic) as expected_count,
        count(*) filter (where judged.is_expected_domestic is null) as cannot_be_told_count,
        count(*) filter (where judged.is_expected_domestic and not coalesce(judged.is_domestic, false))
            as expected_not_flagged_count
    from judged
    inner join {{ ref("offence_codes") }} as codes on judged.offence_code = codes.offence_code
    inner join scopes on codes.offence_group = scopes.offence_group
    group by all
)

select
    spine.police_force_code,
    coalesce(forces.police_force_name, spine.police_force_code) as police_force_name,
    spine.measure_id,
    spine.month_start,
    cast(coalesce(counted.record_count, 0) as integer) as record_count,
    cast(coalesce(counted.flag_known_count, 0) as integer) as flag_known_count,
    cast(coalesce(counted.domestic_count, 0) as integer) as domestic_count,
    cast(coalesce(counted.expected_count, 0) as integer) as expected_count,
    cast(coalesce(counted.cannot_be_told_count, 0) as integer) as cannot_be_told_count,
    cast(coalesce(counted.expected_not_flagged_count, 0) as integer) as expected_not_flagged_count
from spine
left join counted
    on
        spine.police_force_code = counted.police_force_code
        and spine.measure_id = counted.measure_id
        and spine.month_start = counted.month_start
left join {{ ref("police_forces") }} as forces on spine.police_force_code = forces.police_force_code
