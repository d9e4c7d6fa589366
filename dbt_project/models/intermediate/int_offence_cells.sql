-- Offences by profile and place, without a breakdown and in each of the breakdowns; by MSOA without one alone.
with

timed as (
    select
        offences.*,
        codes.offence_subgroup,
        extract(isodow from offences.committed_at) as weekday,
        extract(hour from offences.committed_at) as hour_of_day
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("offence_codes") }} as codes on offences.offence_code = codes.offence_code
),

described as (
    select
        *,
        '' as every_offence,
        -- The weekend begins on Friday at 18:00 and ends on Monday at 6:00.
        case
            when committed_at is null then null
            when hour_of_day between 6 and 17 and weekday <= 5 then 'weekday_day'
            when hour_of_day between 6 and 17 then 'weekend_day'
            when weekday in (6, 7) or (weekday = 5 and hour_of_day >= 18) or (weekday = 1 and hour_of_day < 6)
                then 'weekend_night'
            else 'weekday_night'
        end as part_of_week,
        case
            when committed_at is not null then concat(
                case weekday
                    when 1 then 'Mon' when 2 then 'Tue' when 3 then 'Wed' when 4 then 'Thu'
                    when 5 then 'Fri' when 6 then 'Sat' else 'Sun'
                end,
                ' ',
                lpad(cast(hour_of_day as varchar), 2, '0')
            )
        end as day_and_hour
    from timed
)

{% set breakdowns = {
    "none": "every_offence",
    "sex": "victim_sex",
    "age_band": "victim_age_band",
    "offence_subgroup": "offence_subgroup",
    "location_type": "location_type",
    "relationship": "relationship",
    "part_of_week": "part_of_week",
    "day_and_hour": "day_and_hour",
} %}
{% for breakdown, column in breakdowns.items() %}
    select
        profile_key,
        source_id,
        month_start,
        lad_code,
        {{ "msoa_code" if breakdown == "none" else "cast(null as varchar)" }} as msoa_code,
        given_force_code,
        given_area_type,
        given_area_code,
        split,
        '{{ breakdown }}' as breakdown,
        {{ column }} as breakdown_key,
        sum(offence_count) as offence_count
    from described
    where {{ column }} is not null
    group by all
    {{ "union all" if not loop.last }}
{% endfor %}
