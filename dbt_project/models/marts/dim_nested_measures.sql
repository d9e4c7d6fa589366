{% set facets = {
    "lens_female": "is_victim_female",
    "lens_sex_known": "is_victim_female is not null",
    "lens_under_25": "is_victim_under_25",
    "lens_age_known": "is_victim_under_25 is not null",
    "lens_dwelling": "is_dwelling",
    "lens_place_known": "is_dwelling is not null",
} %}
-- Of a nested pair every offence that the narrower counts the wider counts too: what lies between is a count as well,
-- which whoever reads both knows.
with

counted as (
    select
        memberships.profile_key,
        codes.offence_subgroup,
        memberships.measure_id,
        memberships.lens_id,
        memberships.certain,
        profiles.is_victim_female,
        profiles.is_victim_under_25,
        profiles.is_dwelling
    from {{ ref("int_memberships") }} as memberships
    inner join {{ ref("int_profiles") }} as profiles on memberships.profile_key = profiles.profile_key
    inner join {{ ref("offence_codes") }} as codes on profiles.offence_code = codes.offence_code
),

members as (
    select
        profile_key,
        offence_subgroup,
        measure_id,
        lens_id
    from counted
    where certain = 1

    union all

    select
        profile_key,
        offence_subgroup,
        'lens_offences_at_most' as measure_id,
        lens_id
    from counted
    where lens_id != ''

    -- A part of a definition may be the part of another, or a measure by another name.
    {% for facet, is_in in facets.items() %}
        union all

        select
            profile_key,
            offence_subgroup,
            '{{ facet }}' as measure_id,
            lens_id
        from counted
        where lens_id != '' and certain = 1 and {{ is_in }}
    {% endfor %}

    union all

    select
        blanks.profile_key,
        codes.offence_subgroup,
        blanks.measure_id,
        '' as lens_id
    from {{ ref("int_blanks") }} as blanks
    inner join {{ ref("int_profiles") }} as profiles on blanks.profile_key = profiles.profile_key
    inner join {{ ref("offence_codes") }} as codes on profiles.offence_code = codes.offence_code
),

kinds as (
    select
        offence_subgroup,
        measure_id,
        lens_id,
        profile_key
    from members

    union all

    select
        '' as offence_subgroup,
        measure_id,
        lens_id,
        profile_key
    from members
),

sizes as (
    select
        offence_subgroup,
        measure_id,
        lens_id,
        count(*) as profile_count
    from kinds
    group by all
),

pairs as (
    select
        narrow.offence_subgroup,
        narrow.measure_id,
        narrow.lens_id,
        wide.measure_id as wider_measure_id,
        wide.lens_id as wider_lens_id,
        count(*) as profile_count
    from kinds as narrow
    inner join kinds as wide
        on
            narrow.profile_key = wide.profile_key
            and narrow.offence_subgroup = wide.offence_subgroup
    where narrow.measure_id != wide.measure_id or narrow.lens_id != wide.lens_id
    group by all
)

select
    pairs.measure_id,
    pairs.lens_id,
    pairs.wider_measure_id,
    pairs.wider_lens_id,
    pairs.offence_subgroup
from pairs
inner join sizes
    on
        pairs.offence_subgroup = sizes.offence_subgroup
        and pairs.measure_id = sizes.measure_id
        and pairs.lens_id = sizes.lens_id
        and pairs.profile_count = sizes.profile_count
