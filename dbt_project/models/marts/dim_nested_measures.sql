-- Of a nested pair every offence that the narrower counts the wider counts too: what lies between is a count as well,
-- which whoever reads both knows.
with

members as (
    select
        counted.profile_key,
        codes.offence_subgroup,
        counted.measure_id,
        counted.lens_id
    from {{ ref("int_counted_profiles") }} as counted
    inner join {{ ref("int_profiles") }} as profiles on counted.profile_key = profiles.profile_key
    inner join {{ ref("offence_codes") }} as codes on profiles.offence_code = codes.offence_code
    -- The least of a definition is the definition by another name, and what is left out of one is tied to it elsewhere.
    where counted.measure_id not in ('lens_offences_at_least', 'lens_left_out')
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
),

nested as (
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
),

-- What lies inside another by the rules among domestic offences alone, those that are not, or those of which it is not
-- known, and the same parts of definitions of which that is so.
nested_by_flag as (
    {% for facet in [
        "", "lens_offences_at_most", "lens_female", "lens_sex_known", "lens_under_25", "lens_age_known",
        "lens_dwelling", "lens_place_known",
    ] %}
        {{ "union all" if not loop.first }}
        select
            {% if facet %}
                '{{ facet }}' as measure_id,
                by_flag.lens_id,
                '{{ facet }}' as wider_measure_id,
            {% else %}
                by_flag.measure_id,
                by_flag.lens_id,
                by_flag.wider_measure_id,
            {% endif %}
            by_flag.wider_lens_id,
            by_flag.split
        from {{ ref("int_nested_by_flag") }} as by_flag
        left join nested
            on
                by_flag.measure_id = nested.measure_id
                and by_flag.lens_id = nested.lens_id
                and by_flag.wider_measure_id = nested.wider_measure_id
                and by_flag.wider_lens_id = nested.wider_lens_id
                and nested.offence_subgroup = ''
        where
            nested.measure_id is null
            {% if facet %}
                and by_flag.measure_id = 'lens_offences'
                and by_flag.wider_measure_id = 'lens_offences'
                -- Of those of unknown flag the most counts what no rule counts for sure.
                and ('{{ facet }}' != 'lens_offences_at_most' or by_flag.split != 'not_known')
            {% endif %}
    {% endfor %}
),

-- Victims of the narrower are victims of the wider. Those of whom it is not known, or known not, whether the abuse is
-- domestic may be victims of domestic abuse in the wider, unless the two are one.
victims as (
    select
        narrow_people.people_measure_id as measure_id,
        nested.lens_id,
        wider_people.people_measure_id as wider_measure_id,
        nested.wider_lens_id,
        nested.offence_subgroup,
        splits.split,
        splits.split as wider_split
    from nested
    inner join {{ ref("people_measures") }} as narrow_people on nested.measure_id = narrow_people.measure_id
    inner join {{ ref("people_measures") }} as wider_people
        on
            nested.wider_measure_id = wider_people.measure_id
            and wider_people.victims in ('all', narrow_people.victims)
            and narrow_people.fewest_offences >= wider_people.fewest_offences
    left join nested as turned
        on
            nested.measure_id = turned.wider_measure_id
            and nested.lens_id = turned.wider_lens_id
            and nested.wider_measure_id = turned.measure_id
            and nested.wider_lens_id = turned.lens_id
            and nested.offence_subgroup = turned.offence_subgroup
    inner join {{ ref("split_sets") }} as splits
        on
            splits.splits = 'every'
            and (splits.split in ('all', 'domestic') or turned.measure_id is not null)
    where nested.offence_subgroup = ''
),

-- Who is a victim of domestic abuse in the narrower is one in the wider; how young, or how often, may rest on offences
-- that are not domestic, and not in the wider.
victims_by_flag as (
    select
        narrow_people.people_measure_id as measure_id,
        nested_by_flag.lens_id,
        wider_people.people_measure_id as wider_measure_id,
        nested_by_flag.wider_lens_id,
        '' as offence_subgroup,
        nested_by_flag.split,
        nested_by_flag.split as wider_split
    from nested_by_flag
    inner join {{ ref("people_measures") }} as narrow_people on nested_by_flag.measure_id = narrow_people.measure_id
    inner join {{ ref("people_measures") }} as wider_people
        on
            nested_by_flag.wider_measure_id = wider_people.measure_id
            and wider_people.victims = 'all'
            and wider_people.fewest_offences = 1
    where nested_by_flag.split = 'domestic'
),

-- A victim of domestic abuse in any offence is one of those of all domestic abuse crime.
flagged_victims as (
    select distinct
        narrow_people.people_measure_id as measure_id,
        memberships.lens_id,
        wider_people.people_measure_id as wider_measure_id,
        '' as wider_lens_id,
        '' as offence_subgroup,
        'domestic' as split,
        'all' as wider_split
    from {{ ref("people_measures") }} as narrow_people
    inner join {{ ref("int_memberships") }} as memberships on narrow_people.measure_id = memberships.measure_id
    inner join {{ ref("people_measures") }} as wider_people
        on
            wider_people.measure_id = 'domestic_crime'
            and wider_people.victims = 'all'
            and wider_people.fewest_offences = 1
    where narrow_people.measure_id != 'domestic_crime'
)

select
    measure_id,
    lens_id,
    wider_measure_id,
    wider_lens_id,
    offence_subgroup,
    '' as split,
    '' as wider_split
from nested

union all

select
    measure_id,
    lens_id,
    wider_measure_id,
    wider_lens_id,
    '' as offence_subgroup,
    split,
    split as wider_split
from nested_by_flag

union all

select * from victims

union all

select * from victims_by_flag

union all

select * from flagged_victims
