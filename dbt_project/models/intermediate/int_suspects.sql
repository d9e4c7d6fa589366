-- Who is suspected of which crime of the area's forces, wherever they live.
with

latest as (
    {{ last_sent("stg_police__suspects", "suspect_record_id") }}
)

select
    suspects.suspect_record_id,
    suspects.month_start,
    suspects.police_force_code,
    suspects.suspect_id,
    suspects.crime_id,
    suspects.is_domestic,
    case suspects.is_domestic when true then 'domestic' when false then 'non_domestic' else 'not_known' end as split,
    case when suspects.suspect_sex in ('F', 'M') then suspects.suspect_sex end as sex,
    suspects.suspect_age_band as age_band,
    coalesce(suspects.is_arrested, case when suspects.arrested_on is not null then true end) as is_arrested,
    suspects.is_charged,
    coalesce(
        codes.offence_group in ('Sexual offences', 'Robbery')
        or codes.offence_subgroup in ('Homicide', 'Violence with injury'),
        false
    ) as is_serious
from latest as suspects
inner join {{ ref("stg_run__area_police_forces") }} as forces
    on suspects.police_force_code = forces.police_force_code
left join {{ ref("offence_codes") }} as codes on suspects.offence_code = codes.offence_code
