-- Answers to surveys as counts: the weighted share of the effective base, in whole people.
with

sent as (
    {{ last_sent(
        "stg_support__community_survey", "survey_name, surveyed_on, lad_code, respondent_group, question, answer"
    ) }}
),

everybody as (
    select *
    from sent
    where respondent_group is null or lower(respondent_group) = 'all'
),

placed as (
    {{ place_by_district("everybody") }}
),

-- The least that weighting can cost: everybody who gave an answer has the mean weight of that answer, and the base
-- is the sum of weights squared over the sum of squared weights (Kish).
asked as (
    select
        survey_name,
        surveyed_on,
        place_lad_code as lad_code,
        lower(question) as question,
        max(weighted_base) as weighted_base,
        sum(weighted_count) * sum(weighted_count)
        / nullif(sum(case when unweighted_count > 0 then weighted_count * weighted_count / unweighted_count end), 0)
            as effective_base,
        bool_and(
            unweighted_count_status = 'reported'
            and weighted_count_status = 'reported'
            and weighted_base_status = 'reported'
        ) as is_whole
    from placed
    where placement in ('in_area', 'unlocated')
    group by all
),

answered as (
    select
        placed.survey_name,
        placed.surveyed_on,
        placed.place_lad_code as lad_code,
        lower(placed.question) as question,
        items.breakdown,
        items.breakdown_key,
        sum(placed.weighted_count) as weighted_count
    from placed
    inner join {{ ref("survey_answers") }} as items
        on lower(placed.question) = lower(items.question) and lower(placed.answer) = lower(items.answer)
    where placed.placement in ('in_area', 'unlocated')
    group by all
),

estimated as (
    select
        answered.breakdown,
        answered.breakdown_key,
        answered.survey_name,
        answered.lad_code,
        periods.period_start,
        asked.is_whole,
        round(answered.weighted_count / asked.weighted_base * asked.effective_base) as survey_answer,
        round(asked.effective_base) as survey_base,
        -- A figure of the whole area stands before the sum of its districts.
        bool_or(answered.lad_code is null) over (
            partition by answered.survey_name, answered.surveyed_on, answered.breakdown_key
        ) as has_area_row
    from answered
    inner join asked
        on
            answered.survey_name = asked.survey_name
            and answered.surveyed_on = asked.surveyed_on
            and answered.question = asked.question
            and coalesce(answered.lad_code, '') = coalesce(asked.lad_code, '')
    inner join {{ ref("int_period_months") }} as periods
        on
            cast(date_trunc('month', answered.surveyed_on) as date) = periods.month_start
            and periods.period_type = 'financial_year'
    where asked.weighted_base > 0 and asked.effective_base is not null
),

areas as (
    select
        estimated.*,
        'vru' as area_type,
        assessment.area_code
    from estimated
    cross join {{ ref("stg_run__assessment") }} as assessment
    where estimated.lad_code is null or not estimated.has_area_row

    union all

    select
        *,
        'lad' as area_type,
        lad_code as area_code
    from estimated
    where lad_code is not null
)

{% for measure_id in ["survey_answer", "survey_base"] %}
    select
        'community_survey' as source_id,
        '{{ measure_id }}' as measure_id,
        area_type,
        area_code,
        'financial_year' as period_type,
        period_start,
        breakdown,
        breakdown_key,
        sum({{ measure_id }}) as event_count,
        case when bool_and(is_whole) then 'reported' else 'not_available' end as count_status
    from areas
    group by all
    {{ "union all" if not loop.last }}
{% endfor %}
