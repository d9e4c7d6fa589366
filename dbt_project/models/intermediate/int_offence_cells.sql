-- Offences by profile and place, without a breakdown and in each of the breakdowns; by MSOA without one alone.
{%- set alike %}
        profile_key,
        source_id,
        month_start,
        lad_code,
        given_area_type,
        given_area_code,
        split,
{%- endset %}

with

timed as (
    select
        *,
        extract(isodow from committed_at) as weekday,
        extract(hour from committed_at) as hour_of_day
    from {{ ref("int_offences") }}
    where committed_at is not null
),

-- The weekend begins on Friday at 18:00 and ends on Monday at 6:00.
parts_of_week as (
    select
        *,
        case
            when hour_of_day between 6 and 17 and weekday <= 5 then 'weekday_day'
            when hour_of_day between 6 and 17 then 'weekend_day'
            when weekday in (6, 7) or (weekday = 5 and hour_of_day >= 18) or (weekday = 1 and hour_of_day < 6)
                then 'weekend_night'
            else 'weekday_night'
        end as part_of_week
    from timed
)

select
    {{- alike }}
        msoa_code,
        'none' as breakdown,
        '' as breakdown_key,
        sum(offence_count) as offence_count
from {{ ref("int_offences") }}
group by all
{%- for breakdown, column in [
    ("sex", "victim_sex"),
    ("age_band", "victim_age_band"),
    ("location_type", "location_type"),
    ("relationship", "relationship"),
] %}

union all

select
    {{- alike }}
        cast(null as varchar) as msoa_code,
        '{{ breakdown }}' as breakdown,
        {{ column }} as breakdown_key,
        sum(offence_count) as offence_count
from {{ ref("int_offences") }}
where {{ column }} is not null
group by all
{%- endfor %}

union all

select
    {{- alike }}
        cast(null as varchar) as msoa_code,
        'offence_subgroup' as breakdown,
        codes.offence_subgroup as breakdown_key,
        sum(offence_count) as offence_count
from {{ ref("int_offences") }} as offences
inner join {{ ref("offence_codes") }} as codes on offences.offence_code = codes.offence_code
group by all

union all

select
    {{- alike }}
        cast(null as varchar) as msoa_code,
        'part_of_week' as breakdown,
        part_of_week as breakdown_key,
        sum(offence_count) as offence_count
from parts_of_week
group by all

union all

select
    {{- alike }}
        cast(null as varchar) as msoa_code,
        'day_and_hour' as breakdown,
        concat(
            case weekday
                when 1 then 'Mon' when 2 then 'Tue' when 3 then 'Wed' when 4 then 'Thu'
                when 5 then 'Fri' when 6 then 'Sat' else 'Sun'
            end,
            ' ',
            lpad(cast(hour_of_day as varchar), 2, '0')
        ) as breakdown_key,
        sum(offence_count) as offence_count
from timed
group by all
