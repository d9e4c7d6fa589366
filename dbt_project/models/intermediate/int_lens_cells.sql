{% set facets = dict(
    lens_facets(),
    lens_offences_at_least="memberships.certain = 1",
    lens_left_out="memberships.certain = 1 and own.profile_key is null",
) %}
with

counted as (
    select
        offences.source_id,
        memberships.lens_id,
        offences.month_start,
        offences.lad_code,
        offences.msoa_code,
        offences.given_force_code,
        offences.given_area_type,
        offences.given_area_code,
        offences.split,
        offences.breakdown,
        {% for facet, is_counted in facets.items() %}
            sum(case when {{ is_counted }} then offences.offence_count else 0 end) as {{ facet }},
        {% endfor %}
        offences.breakdown_key
    from {{ ref("int_offence_cells") }} as offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    inner join {{ ref("int_profiles") }} as profiles on offences.profile_key = profiles.profile_key
    cross join {{ ref("stg_run__assessment") }} as assessment
    -- Whatever may be in the area's own definition is not certainly left out of it.
    left join {{ ref("int_memberships") }} as own
        on offences.profile_key = own.profile_key and assessment.local_lens_id = own.lens_id
    where
        memberships.lens_id != ''
        and offences.breakdown in (
            select breakdown
            from {{ ref("int_declared_breakdowns") }}
            where measure_id in ('{{ facets | join("', '") }}')
        )
    group by all
)

{% for facet in facets %}
    select
        counted.source_id,
        '{{ facet }}' as measure_id,
        counted.month_start,
        counted.lad_code,
        counted.msoa_code,
        counted.given_force_code,
        counted.given_area_type,
        counted.given_area_code,
        counted.split,
        counted.breakdown,
        counted.breakdown_key,
        counted.{{ facet }} as event_count,
        counted.lens_id
    from counted
    inner join {{ ref("int_declared_breakdowns") }} as declared
        on counted.breakdown = declared.breakdown and declared.measure_id = '{{ facet }}'
    where counted.{{ facet }} > 0
    {{ "union all" if not loop.last }}
{% endfor %}
