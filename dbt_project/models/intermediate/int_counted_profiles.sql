-- What is counted of each profile: measures, parts of definitions, and those of whom nobody knows whether they count.
{% set facets = dict(
    lens_facets(),
    lens_offences_at_least="memberships.certain = 1",
    lens_left_out="memberships.certain = 1 and own.profile_key is null",
) %}

select
    profile_key,
    measure_id,
    lens_id
from {{ ref("int_memberships") }}
where lens_id = '' and certain = 1

{% for facet, is_counted in facets.items() %}
    union all

    select
        memberships.profile_key,
        '{{ facet }}' as measure_id,
        memberships.lens_id
    from {{ ref("int_memberships") }} as memberships
    inner join {{ ref("int_profiles") }} as profiles on memberships.profile_key = profiles.profile_key
    cross join {{ ref("stg_run__assessment") }} as assessment
    left join {{ ref("int_memberships") }} as own
        on memberships.profile_key = own.profile_key and assessment.local_lens_id = own.lens_id
    where memberships.lens_id != '' and {{ is_counted }}
{% endfor %}

union all

select
    profile_key,
    measure_id,
    '' as lens_id
from {{ ref("int_blanks") }}
