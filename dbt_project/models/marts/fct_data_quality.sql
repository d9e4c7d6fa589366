with

delivered as (
    select
        source_id,
        count(*) as delivery_count,
        sum(row_count) as row_count,
        sum(accepted_count) as accepted_count,
        sum(rejected_count) as rejected_count,
        sum(crowded_count) as crowded_count,
        sum(among_few_count) as among_few_count,
        sum(revised_count) as revised_count
    from {{ ref("stg_run__deliveries") }}
    group by all
),

standing as (
    select
        source_id,
        sum(record_count) as standing_count
    from {{ ref("int_record_placements") }}
    group by all
),

-- Zero is a number: a source of records says of each placement how many lie so.
placements as (
    select
        standing.source_id,
        kinds.placement,
        kinds.check_order,
        kinds.label,
        standing.standing_count,
        coalesce(placed.record_count, 0) as record_count
    from standing
    cross join (
        select
            'in_area' as placement,
            5 as check_order,
            'Records placed in the area' as label

        union all

        select
            'out_of_area' as placement,
            6 as check_order,
            'Records of other places' as label

        union all

        select
            'unlocated' as placement,
            7 as check_order,
            'Records without a place' as label

        union all

        select
            'unknown_code' as placement,
            8 as check_order,
            'Records with an unknown code' as label
    ) as kinds
    left join {{ ref("int_record_placements") }} as placed
        on standing.source_id = placed.source_id and kinds.placement = placed.placement
),

flags as (
    select
        'police_crimes' as source_id,
        count(*) as record_count,
        count(is_domestic) as flagged_count,
        count(*) filter (where is_domestic) as domestic_count,
        count(*) filter (where is_domestic and victim_age_band in ('0-9', '10-15')) as under_16_count
    from {{ ref("int_crimes_placed") }}
    where not is_of_other_force
),

vintages as (
    select
        source_id,
        count(*) as delivery_count,
        count(distinct case when vintage not in ('either', 'unknown') then vintage end) as vintage_count,
        max(case when vintage not in ('either', 'unknown') then vintage end) as vintage,
        max(case when vintage = 'either' then 1 else 0 end) as is_some_either,
        sum(record_count) as record_count,
        sum(only_2011_count) as only_2011_count,
        sum(only_2021_count) as only_2021_count,
        sum(either_count) as either_count,
        sum(unknown_count) as unknown_count,
        sum(divided_count) as divided_count
    from {{ ref("int_lsoa_vintages") }}
    group by all
),

months as (
    select
        sources.source_id,
        count(*) as month_count,
        count(*) filter (where not coalesce(sent.is_complete, false)) as missing_count
    from (
        select
            source_id,
            min(month_start) as first_month,
            max(month_start) as last_month
        from {{ ref("int_source_months") }}
        group by all
    ) as sources
    cross join {{ ref("stg_run__assessment") }} as assessment
    inner join {{ ref("int_months") }} as months
        on
            sources.first_month <= months.month_start
            and sources.last_month >= months.month_start
            and assessment.start_date <= months.month_end
    left join {{ ref("int_source_months") }} as sent
        on sources.source_id = sent.source_id and months.month_start = sent.month_start
    group by all
),

ranked_rules as (
    select
        source_id,
        column_name,
        rule,
        row_count,
        row_number() over (partition by source_id order by row_count desc, column_name asc, rule asc) as rule_order
    from {{ ref("stg_run__rejected_rules") }}
),

-- More such lines than the publisher writes are something else: their rule is told instead.
explained_rules as (
    select
        ranked_rules.*,
        delivered.row_count as delivered_count,
        lines.line_kind
    from ranked_rules
    inner join delivered on ranked_rules.source_id = delivered.source_id
    left join {{ ref("lines_set_aside") }} as lines
        on
            ranked_rules.source_id = coalesce(lines.source_id, ranked_rules.source_id)
            and ranked_rules.column_name = coalesce(lines.column_name, '')
            and ranked_rules.rule = lines.rule
            and (
                lines.lines_per_delivery is null
                or ranked_rules.row_count <= lines.lines_per_delivery * delivered.delivery_count
            )
),

checks as (
    select
        source_id,
        1 as check_order,
        'rows_in' as check_id,
        'Rows received' as label,
        'rows' as unit,
        row_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        source_id,
        2 as check_order,
        'rows_accepted' as check_id,
        'Rows accepted' as label,
        'rows' as unit,
        accepted_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        source_id,
        3 as check_order,
        'rows_quarantined' as check_id,
        'Rows held back, with a reason' as label,
        'rows' as unit,
        rejected_count as check_count,
        row_count as base_count
    from delivered

    union all

    select
        standing.source_id,
        4 as check_order,
        'rows_superseded' as check_id,
        'Records sent again' as label,
        'rows' as unit,
        delivered.accepted_count - standing.standing_count as check_count,
        delivered.accepted_count as base_count
    from standing
    inner join delivered on standing.source_id = delivered.source_id

    union all

    select
        source_id,
        check_order,
        concat('rows_', placement) as check_id,
        label,
        'rows' as unit,
        record_count as check_count,
        standing_count as base_count
    from placements

    union all

    select
        source_id,
        9 as check_order,
        'flag_not_known' as check_id,
        'Records without a domestic abuse flag' as label,
        'rows' as unit,
        record_count - flagged_count as check_count,
        record_count as base_count
    from flags
    where record_count > 0

    union all

    -- Domestic abuse is between people aged 16 or over; the count stays, because the flag is the officer's to set.
    select
        source_id,
        9 as check_order,
        'flag_under_16' as check_id,
        'Records flagged domestic abuse whose victim is under 16' as label,
        'rows' as unit,
        under_16_count as check_count,
        domestic_count as base_count
    from flags
    where domestic_count > 0

    union all

    select
        source_id,
        10 as check_order,
        'lsoa_of_2011' as check_id,
        'Records with a small-area code of 2011 alone' as label,
        'rows' as unit,
        only_2011_count as check_count,
        record_count as base_count
    from vintages

    union all

    select
        source_id,
        11 as check_order,
        'lsoa_of_2021' as check_id,
        'Records with a small-area code of 2021 alone' as label,
        'rows' as unit,
        only_2021_count as check_count,
        record_count as base_count
    from vintages

    union all

    select
        source_id,
        12 as check_order,
        'lsoa_unknown' as check_id,
        'Records with a small-area code that no lookup holds' as label,
        'rows' as unit,
        unknown_count as check_count,
        record_count as base_count
    from vintages

    union all

    select
        source_id,
        13 as check_order,
        'lsoa_divided' as check_id,
        'Records of a small area that lies in two places' as label,
        'rows' as unit,
        divided_count as check_count,
        record_count as base_count
    from vintages

    union all

    select
        source_id,
        14 as check_order,
        'lsoa_vintage' as check_id,
        'Vintage of small-area codes' as label,
        'deliveries' as unit,
        delivery_count as check_count,
        delivery_count as base_count
    from vintages

    union all

    select
        source_id,
        15 as check_order,
        'months_missing' as check_id,
        'Months missing or incomplete' as label,
        'months' as unit,
        missing_count as check_count,
        month_count as base_count
    from months

    union all

    select
        source_id,
        16 as check_order,
        'among_few' as check_id,
        'Records that fewer than four others are like' as label,
        'rows' as unit,
        among_few_count as check_count,
        crowded_count as base_count
    from delivered
    where crowded_count > 0

    union all

    select
        source_id,
        17 as check_order,
        'revised' as check_id,
        'Rows that a later file added, removed or altered' as label,
        'rows' as unit,
        revised_count as check_count,
        accepted_count as base_count
    from delivered
    where revised_count > 0

    union all

    select
        source_id,
        20 + rule_order as check_order,
        concat(case when line_kind is null then 'held_back_' else 'set_aside_' end, rule_order) as check_id,
        case
            when line_kind is not null then line_kind
            when column_name = '' then rule
            else concat(replace(column_name, '_', ' '), ': ', rule)
        end as label,
        'rows' as unit,
        row_count as check_count,
        delivered_count as base_count
    from explained_rules
),

vintage_words as (
    select
        vintages.source_id,
        case
            when vintages.vintage_count > 1 or vintages.vintage = 'mixed'
                then concat('codes of 2011 and of 2021, brought to the areas of ', reach.area_vintage)
            when vintages.vintage = reach.area_vintage
                then concat('codes of ', vintages.vintage, ', as are the areas of this report')
            when vintages.vintage is not null
                then concat('codes of ', vintages.vintage, ', brought to the areas of ', reach.area_vintage)
            when vintages.is_some_either = 1 then 'codes that 2011 and 2021 share'
            else 'codes that no delivered lookup holds'
        end as note
    from vintages
    cross join {{ ref("int_lookup_reach") }} as reach
)

select
    checks.source_id,
    checks.check_id,
    cast(checks.check_order as integer) as check_order,
    checks.label,
    checks.unit,
    cast(checks.check_count as double) as check_count,
    cast(checks.base_count as double) as base_count,
    case when checks.check_id = 'lsoa_vintage' then vintage_words.note else '' end as note
from checks
left join vintage_words on checks.source_id = vintage_words.source_id
