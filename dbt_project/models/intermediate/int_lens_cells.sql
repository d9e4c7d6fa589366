with

offences as (
    select
        profile_key,
        source_id,
        month_start,
        lad_code,
        given_area_type,
        given_area_code,
        split,
        is_victim_female,
        is_victim_under_25,
        is_dwelling,
        sum(offence_count) as offence_count
    from {{ ref("int_offences") }}
    group by all
),

counted as (
    select
        offences.source_id,
        memberships.lens_id,
        offences.month_start,
        offences.lad_code,
        offences.given_area_type,
        offences.given_area_code,
        offences.split,
        sum(case when certain = 1 then offence_count else 0 end) as lens_offences,
        sum(case when certain = 1 then offence_count else 0 end) as lens_offences_at_least,
        sum(offence_count) as lens_offences_at_most,
        sum(case when certain = 1 and is_victim_female then offence_count else 0 end) as lens_female,
        sum(case when certain = 1 and is_victim_female is not null then offence_count else 0 end) as lens_sex_known,
        sum(case when certain = 1 and is_victim_under_25 then offence_count else 0 end) as lens_under_25,
        sum(case when certain = 1 and is_victim_under_25 is not null then offence_count else 0 end) as lens_age_known,
        sum(case when certain = 1 and is_dwelling then offence_count else 0 end) as lens_dwelling,
        sum(case when certain = 1 and is_dwelling is not null then offence_count else 0 end) as lens_place_known
    from offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    where memberships.lens_id != ''
    group by all
)

{% set facets = [
    "lens_offences", "lens_offences_at_least", "lens_offences_at_most", "lens_female", "lens_sex_known",
    "lens_under_25", "lens_age_known", "lens_dwelling", "lens_place_known",
] %}
{% for facet in facets %}
    select
        source_id,
        '{{ facet }}' as measure_id,
        month_start,
        lad_code,
        cast(null as varchar) as msoa_code,
        given_area_type,
        given_area_code,
        split,
        'none' as breakdown,
        '' as breakdown_key,
        {{ facet }} as event_count,
        lens_id
    from counted
    {{ "union all" if not loop.last }}
{% endfor %}
