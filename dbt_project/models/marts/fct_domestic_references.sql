-- The last word on each place, year and kind of offence: what an area's domestic share is taken apart against.
select
    area_code,
    area_name,
    reference_year_start,
    offence_subgroup,
    cast(offence_count as double) as offence_count,
    cast(domestic_count as double) as domestic_count
from
    (
        {{ last_sent("stg_reference__domestic_shares", "area_code, reference_year_start, offence_subgroup") }}
    ) as latest
