with

records as (
    select
        'police_crimes' as source_id,
        delivery_id,
        lsoa_code
    from {{ ref("stg_police__crimes") }}

    union all

    select
        'street_crimes' as source_id,
        delivery_id,
        lsoa_code
    from {{ ref("stg_data_police_uk__street_crimes") }}

    union all

    select
        'ed_assaults' as source_id,
        delivery_id,
        lsoa_code
    from {{ ref("stg_health__ed_assaults") }}

    union all

    select
        'ambulance_callouts' as source_id,
        delivery_id,
        lsoa_code
    from {{ ref("stg_health__ambulance_callouts") }}

    union all

    select
        'hospital_admissions' as source_id,
        delivery_id,
        lsoa_code
    from {{ ref("stg_health__hospital_admissions") }}
),

counted as (
    select
        records.source_id,
        records.delivery_id,
        count(*) as record_count,
        count(*) filter (where records.lsoa_code is null) as blank_count,
        count(*) filter (where known.is_of_2011 and not known.is_of_2021) as only_2011_count,
        count(*) filter (where known.is_of_2021 and not known.is_of_2011) as only_2021_count,
        count(*) filter (where known.is_of_2011 and known.is_of_2021) as either_count,
        count(*) filter (where records.lsoa_code is not null and known.lsoa_code is null) as unknown_count,
        count(divided.lsoa_code) as divided_count
    from records
    left join {{ ref("int_known_lsoas") }} as known on records.lsoa_code = known.lsoa_code
    left join {{ ref("int_divided_lsoas") }} as divided on records.lsoa_code = divided.lsoa_code
    group by all
)

select
    *,
    case
        when only_2011_count > 0 and only_2021_count > 0 then 'mixed'
        when only_2011_count > 0 then '2011'
        when only_2021_count > 0 then '2021'
        when either_count > 0 then 'either'
        else 'unknown'
    end as vintage
from counted
