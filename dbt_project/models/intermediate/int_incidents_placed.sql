-- Domestic abuse incidents that are no crime; placed as crimes are.
with

latest as (
    {{ last_sent("stg_police__da_incidents", "incident_id") }}
),

coded as (
    {{ in_own_districts("latest") }}
),

judged as (
    {{ place_by_force("coded", "month_start, incident_id") }}
)

select
    incident_id,
    month_start,
    police_force_code,
    is_of_other_force,
    placement,
    is_child_present,
    is_repeat_victim,
    dash_risk,
    is_referred_to_marac,
    case when placement != 'out_of_area' then coalesce(place_lad_code, given_lad_code) end as lad_in_area
from judged
