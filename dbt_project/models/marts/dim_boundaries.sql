-- Where two vintages of boundaries were delivered, the first to give an LSOA an outline keeps it.
with

numbered as (
    select
        boundaries.lsoa_code,
        boundaries.geometry,
        row_number() over (partition by boundaries.lsoa_code order by deliveries.delivery_number) as vintage
    from {{ ref("stg_reference__lsoa_boundaries") }} as boundaries
    inner join {{ ref("stg_run__deliveries") }} as deliveries on boundaries.delivery_id = deliveries.delivery_id
)

select
    places.lsoa_code,
    places.msoa_code,
    places.lad_code,
    numbered.geometry
from {{ ref("int_lsoas") }} as places
inner join numbered on places.lsoa_code = numbered.lsoa_code
where numbered.vintage = 1
