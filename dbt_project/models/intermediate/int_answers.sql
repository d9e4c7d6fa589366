with

fineness as (
    select
        questions.*,
        chosen.source_id,
        chosen.finest_area_type,
        chosen.cadence,
        chosen.reach,
        chosen.is_wider,
        chosen.is_delivered,
        sources.source_title,
        sources.ask,
        sources.is_openly_published,
        case questions.area_type when 'msoa' then 1 when 'lad' then 2 else 3 end as area_rank,
        case chosen.finest_area_type when 'msoa' then 1 when 'lad' then 2 else 3 end as source_rank
    from {{ ref("int_questions") }} as questions
    inner join {{ ref("int_measure_sources") }} as chosen
        on questions.measure_id = chosen.measure_id and questions.area_type = chosen.area_type
    inner join {{ ref("stg_run__extract_sources") }} as sources on chosen.source_id = sources.source_id
),

open_sources as (
    select distinct source_id
    from {{ ref("int_open_counts") }}
),

carried_breakdowns as (
    select distinct
        source_id,
        breakdown
    from {{ ref("int_monthly_cells") }}

    union distinct

    select distinct
        source_id,
        breakdown
    from {{ ref("int_suspect_people") }}
),

people as (
    select people_measure_id as measure_id
    from {{ ref("people_measures") }}
),

sources_of_people as (
    select distinct source_id
    from {{ ref("int_victim_counts") }}
),

matched as (
    select
        fineness.*,
        open_sources.source_id is not null as is_open_table,
        opened.event_count as open_count,
        opened.count_status as open_status,
        counted.event_count,
        periods.is_complete,
        periods.gap,
        missing_flags.missing_flag,
        undivided.source_id is not null as is_undivided,
        coverage.is_whole_force,
        places.has_places,
        carried.source_id is null as lacks_breakdown,
        people.measure_id is not null and sources_of_people.source_id is null as lacks_people
    from fineness
    left join open_sources on fineness.source_id = open_sources.source_id
    left join {{ ref("int_open_counts") }} as opened
        on
            fineness.source_id = opened.source_id
            and fineness.measure_id = opened.measure_id
            and fineness.area_type = opened.area_type
            and fineness.area_code = opened.area_code
            and fineness.period_type = opened.period_type
            and fineness.period_start = opened.period_start
            and fineness.breakdown = opened.breakdown
            and fineness.breakdown_key = opened.breakdown_key
    left join {{ ref("int_event_counts") }} as counted
        on
            fineness.source_id = counted.source_id
            and fineness.measure_id = counted.measure_id
            and fineness.lens_id = counted.lens_id
            and fineness.area_type = counted.area_type
            and fineness.area_code = counted.area_code
            and fineness.period_type = counted.period_type
            and fineness.period_start = counted.period_start
            and fineness.breakdown = counted.breakdown
            and fineness.breakdown_key = counted.breakdown_key
            and fineness.split = counted.split
    left join {{ ref("int_source_periods") }} as periods
        on
            fineness.source_id = periods.source_id
            and fineness.period_type = periods.period_type
            and fineness.period_start = periods.period_start
    left join {{ ref("int_missing_flags") }} as missing_flags
        on
            fineness.measure_id = missing_flags.measure_id
            and fineness.lens_id = missing_flags.lens_id
            and fineness.source_id = missing_flags.source_id
    left join {{ ref("int_undivided_sources") }} as undivided on fineness.source_id = undivided.source_id
    left join carried_breakdowns as carried
        on fineness.source_id = carried.source_id and fineness.breakdown = carried.breakdown
    left join people on fineness.measure_id = people.measure_id
    left join sources_of_people on fineness.source_id = sources_of_people.source_id
    cross join {{ ref("int_force_coverage") }} as coverage
    cross join (
        select count(*) > 0 as has_places
        from {{ ref("int_lsoa_places") }}
        where lad_code is not null
    ) as places
),

judged as (
    select
        *,
        case
            -- Whom to ask is for figures of the area itself; those of wider places stand in the published table.
            when not is_delivered and reach = 'wider' and is_openly_published
                then concat(
                    'Not delivered: ', source_title, '. It is published openly: save its table among the deliveries.'
                )
            when not is_delivered then concat('Not delivered: ', source_title, '. ', ask)
            when split != 'all' and is_undivided
                then concat(source_title, ' carries no domestic abuse flag. ', ask)
            when is_open_table and open_status is null
                then concat(source_title, ' has no figure for this area and period.')
            when is_open_table and open_status not in ('reported', 'suppressed', 'low')
                then concat(source_title, ' gives no figure here.')
            when is_open_table then ''
            when reach = 'wider' and not is_wider
                then concat(source_title, ' covers this area alone.')
            when source_id in ('recorded_crime', 'suspects') and area_type = 'vru' and not is_whole_force
                then concat(source_title, ' covers the whole force, of which this area is a part. ', ask)
            when missing_flag is not null
                then concat(
                    source_title,
                    ' does not carry ',
                    missing_flag,
                    '. Ask the force for a record-level extract that does, one row a crime.'
                )
            when area_rank < source_rank
                then concat(source_title, ' is published for the force as a whole. ', ask)
            when
                (cadence = 'quarter' and period_type = 'month')
                or (cadence = 'academic_year' and period_type != 'academic_year')
                then concat(source_title, ' comes by ', replace(cadence, '_', ' '), '.')
            when breakdown != 'none' and lacks_breakdown
                then concat(source_title, ' does not break figures down so. ', ask)
            when lacks_people then concat(source_title, ' does not tell who the victims were. ', ask)
            when not coalesce(is_complete, false) and not has_places and source_id in (
                'street_crimes', 'da_incidents', 'ed_assaults', 'ambulance_callouts', 'hospital_admissions'
            ) then concat(source_title, ': no lookup of LSOAs was delivered, so its records cannot be placed.')
            when not coalesce(is_complete, false)
                then concat(source_title, ': ', coalesce(gap, 'No delivery covers this period'), '.')
            else ''
        end as obstacle
    from matched
)

select
    measure_id,
    lens_id,
    area_type,
    area_code,
    period_type,
    period_start,
    breakdown,
    breakdown_key,
    split,
    source_id,
    case
        when obstacle != '' then 'not_available'
        -- A figure too low to print is as hidden as one withheld.
        when is_open_table and open_status in ('suppressed', 'low') then 'suppressed'
        else 'reported'
    end as count_status,
    obstacle as status_reason,
    case
        when obstacle != '' then null
        when is_open_table then open_count
        else coalesce(event_count, 0)
    end as event_count
from judged
