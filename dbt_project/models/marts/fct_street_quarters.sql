-- The same crimes, counted from street-level files and from the force's own table. Anti-social behaviour is no crime:
-- it has no identifier, and the table of crimes does not know it.
with

street_records as (
    {{ last_sent("stg_data_police_uk__street_crimes", "crime_id") }}
),

own_forces as (
    select forces.police_force_name
    from {{ ref("stg_run__area_police_forces") }} as own
    inner join {{ ref("police_forces") }} as forces on own.police_force_code = forces.police_force_code
),

own_street_crimes as (
    select
        street_records.crime_category,
        street_records.month_start,
        cast(date_trunc('quarter', street_records.month_start) as date) as quarter_start
    from street_records
    inner join own_forces on street_records.falls_within like concat(own_forces.police_force_name, ' %')
    where street_records.crime_id is not null
),

street_months as (
    select
        quarter_start,
        count(distinct month_start) as month_count
    from own_street_crimes
    group by all
),

street_counts as (
    select
        crime_category,
        quarter_start,
        count(*) as street_count
    from own_street_crimes
    group by all
),

force_rows as (
    {{ last_sent("stg_home_office__recorded_crime", "police_force_name, quarter_start, offence_code") }}
),

force_counts as (
    select
        categories.crime_category,
        force_rows.quarter_start,
        sum(force_rows.offence_count) as force_count
    from force_rows
    inner join own_forces on force_rows.police_force_name = own_forces.police_force_name
    inner join {{ ref("offence_codes") }} as codes on force_rows.offence_code = codes.offence_code
    inner join {{ ref("street_categories") }} as categories on codes.police_uk_category = categories.crime_category
    group by all
)

select
    force_counts.crime_category,
    force_counts.quarter_start,
    cast(street_months.month_count as integer) as month_count,
    cast(coalesce(street_counts.street_count, 0) as double) as street_count,
    cast(force_counts.force_count as double) as force_count
from force_counts
inner join street_months on force_counts.quarter_start = street_months.quarter_start
left join street_counts
    on
        force_counts.crime_category = street_counts.crime_category
        and force_counts.quarter_start = street_counts.quarter_start
