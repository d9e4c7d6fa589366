-- An LSOA that lies in two places has no outline of its own there: those that took its place have.
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
from {{ ref("int_lsoa_places") }} as places
inner join numbered on places.lsoa_code = numbered.lsoa_code
left join {{ ref("int_divided_lsoas") }} as divided on places.lsoa_code = divided.lsoa_code
where numbered.vintage = 1 and places.lad_code is not null and divided.lsoa_code is null
