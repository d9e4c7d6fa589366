-- The districts that some lookup, estimate or the assessment itself names, with those given up since.
with

named as (
    select
        lad_code,
        true as is_delivered
    from {{ ref("stg_reference__lad_police_force") }}

    union all

    select
        lad_code,
        true as is_delivered
    from {{ ref("stg_reference__lad_boundaries") }}

    union all

    select
        area_code as lad_code,
        true as is_delivered
    from {{ ref("stg_reference__lad_population") }}

    union all

    select
        lad_code,
        true as is_delivered
    from {{ ref("stg_reference__lsoa_lookup") }}

    union all

    select
        lad_code,
        true as is_delivered
    from {{ ref("stg_reference__lsoa11_lad21") }}

    union all

    select
        lad_code,
        true as is_delivered
    from {{ ref("stg_dfe__la_hierarchy") }}

    union all

    select
        lad_code,
        false as is_delivered
    from {{ ref("stg_run__districts") }}

    union all

    select
        old_code as lad_code,
        false as is_delivered
    from {{ ref("lad_code_changes") }}

    union all

    select
        new_code as lad_code,
        false as is_delivered
    from {{ ref("lad_code_changes") }}
)

select
    lad_code,
    bool_or(is_delivered) as is_delivered
from named
where lad_code is not null
group by all
