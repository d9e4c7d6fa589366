with

crimes as (
    select
        'police_crimes' as source_id,
        month_start,
        windows.starts_on as first_window,
        windows.starts_on as last_window,
        lad_in_area as lad_code,
        msoa_code,
        case when lad_in_area is null then police_force_code end as given_force_code,
        '' as given_area_type,
        '' as given_area_code,
        offence_code,
        is_domestic,
        is_knife_enabled,
        is_firearm_enabled,
        is_county_lines,
        is_repeat_domestic_victim,
        is_child_present,
        is_alcohol_related,
        case
            when victim_age_band in ('0-9', '10-15', '16-17', '18-24') then true
            when suspect_age_band in ('0-9', '10-15', '16-17', '18-24') then true
            when victim_age_band is not null and suspect_age_band is not null then false
        end as is_under_25,
        case when victim_age_band is not null then victim_age_band in ('0-9', '10-15', '16-17', '18-24') end
            as is_victim_under_25,
        case when victim_sex in ('F', 'M') then victim_sex = 'F' end as is_victim_female,
        case when injury_level is not null then injury_level in ('serious', 'fatal') end as is_grievous,
        -- A word that is no kind of place says nothing: neither public nor at home.
        locations.is_public_place,
        locations.is_dwelling,
        outcome_code in ('1', '1A') as is_charged,
        outcome_code in ('14', '16') as is_victim_not_supporting,
        outcome_code = '15' as is_evidential_difficulty,
        outcome_code = '18' as is_suspect_unidentified,
        outcome_code is not null as is_outcome_assigned,
        victim_sex,
        victim_age_band,
        victim_id,
        locations.location_type,
        relationship,
        committed_at,
        1 as offence_count
    from {{ ref("int_crimes_placed") }} as crimes
    left join {{ ref("location_types") }} as locations on lower(crimes.location_type) = locations.location_type
    inner join {{ ref("int_rule_windows") }} as windows
        on
            crimes.recorded_on >= windows.starts_on
            and (crimes.recorded_on < windows.next_starts_on or windows.next_starts_on is null)
    where placement != 'out_of_area'
),

force_rows as (
    {{ last_sent("stg_home_office__recorded_crime", "police_force_name, quarter_start, offence_code") }}
),

force_tables as (
    select
        'recorded_crime' as source_id,
        tables.quarter_start as month_start,
        first_windows.starts_on as first_window,
        last_windows.starts_on as last_window,
        tables.offence_code,
        tables.offence_count,
        tables.is_territorial,
        own.police_force_code,
        forces.region_code
    from force_rows as tables
    left join {{ ref("police_forces") }} as forces on tables.police_force_name = forces.police_force_name
    left join {{ ref("stg_run__area_police_forces") }} as own on forces.police_force_code = own.police_force_code
    inner join {{ ref("int_rule_windows") }} as first_windows
        on
            tables.quarter_start >= first_windows.starts_on
            and (tables.quarter_start < first_windows.next_starts_on or first_windows.next_starts_on is null)
    inner join {{ ref("int_rule_windows") }} as last_windows
        on
            {{ dbt.dateadd("month", 3, "tables.quarter_start") }} > last_windows.starts_on
            and (
                {{ dbt.dateadd("month", 3, "tables.quarter_start") }} <= last_windows.next_starts_on
                or last_windows.next_starts_on is null
            )
    where tables.offence_count != 0
),

force_areas as (
    select
        force_tables.*,
        'vru' as given_area_type,
        assessment.area_code as given_area_code
    from force_tables
    cross join {{ ref("stg_run__assessment") }} as assessment
    cross join {{ ref("int_force_coverage") }} as coverage
    where force_tables.police_force_code is not null and coverage.is_whole_force

    union all

    select
        force_tables.*,
        'force' as given_area_type,
        force_tables.police_force_code as given_area_code
    from force_tables
    cross join {{ ref("int_force_coverage") }} as coverage
    where
        force_tables.police_force_code is not null
        and (not coverage.is_whole_force or coverage.is_several_forces)

    union all

    select
        force_tables.*,
        'region' as given_area_type,
        force_tables.region_code as given_area_code
    from force_tables
    inner join {{ ref("stg_run__assessment") }} as assessment on force_tables.region_code = assessment.region_code

    union all

    select
        force_tables.*,
        'country' as given_area_type,
        'K04000001' as given_area_code
    from force_tables
    where force_tables.is_territorial
),

-- The open table carries no flag of any kind: every flag is unknown, none is "no".
force_offences as (
    select
        source_id,
        month_start,
        first_window,
        last_window,
        cast(null as varchar) as lad_code,
        cast(null as varchar) as msoa_code,
        cast(null as varchar) as given_force_code,
        given_area_type,
        given_area_code,
        offence_code,
        {%- for flag in offence_flags() %}
            cast(null as boolean) as {{ flag }},
        {%- endfor %}
        cast(null as varchar) as victim_sex,
        cast(null as varchar) as victim_age_band,
        cast(null as varchar) as victim_id,
        cast(null as varchar) as location_type,
        cast(null as varchar) as relationship,
        cast(null as timestamp) as committed_at,
        sum(offence_count) as offence_count
    from force_areas
    group by all
),

offences as (
    select * from crimes
    union all
    select * from force_offences
)

select
    *,
    case when is_domestic then 'domestic' when not is_domestic then 'non_domestic' else 'not_known' end as split,
    {{ profile_key() }} as profile_key
from offences
