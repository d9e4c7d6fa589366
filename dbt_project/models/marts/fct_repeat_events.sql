-- How often the same people were victims in the year, for the measures that are standardised by age: the squares of
-- each person's offences say how far the offences are from independent events.
with

standardised as (
    select distinct
        people.measure_id,
        declared.period_type
    from {{ ref("people_measures") }} as people
    inner join {{ ref("int_declared_counts") }} as declared on people.measure_id = declared.measure_id
    where declared.breakdown = 'age_band'
),

people as (
    select
        memberships.measure_id,
        periods.period_type,
        periods.period_start,
        splits.split,
        offences.victim_id,
        sum(offences.offence_count) as offence_count
    from {{ ref("int_offences") }} as offences
    inner join {{ ref("int_memberships") }} as memberships on offences.profile_key = memberships.profile_key
    inner join {{ ref("int_period_months") }} as periods on offences.month_start = periods.month_start
    inner join standardised
        on memberships.measure_id = standardised.measure_id and periods.period_type = standardised.period_type
    inner join {{ ref("split_sets") }} as splits
        on splits.splits = 'every' and (splits.split = 'all' or offences.split = splits.split)
    where memberships.certain = 1 and memberships.lens_id = '' and offences.victim_id is not null
    group by all
)

select
    people.measure_id,
    assessment.area_code,
    people.period_type,
    people.period_start,
    people.split,
    cast(sum(people.offence_count) as bigint) as event_count,
    cast(sum(people.offence_count * people.offence_count) as bigint) as sum_of_squares
from people
cross join {{ ref("stg_run__assessment") }} as assessment
group by all
