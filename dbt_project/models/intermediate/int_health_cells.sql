with

located as (
    select *
    from {{ ref("int_health_events") }}
    where placement != 'out_of_area'
),

broken_down as (
    select
        source_id,
        measure_id,
        month_start,
        lad_code,
        'none' as breakdown,
        '' as breakdown_key
    from located

    {% for breakdown in ["sex", "age_band", "assault_method", "assault_place"] %}
        union all

        select
            source_id,
            measure_id,
            month_start,
            lad_code,
            '{{ breakdown }}' as breakdown,
            {{ breakdown }} as breakdown_key
        from located
        where {{ breakdown }} is not null
    {% endfor %}
),

declared as (
    select distinct
        measure_id,
        breakdown
    from {{ ref("int_declared_counts") }}
)

select
    broken_down.source_id,
    broken_down.measure_id,
    broken_down.month_start,
    broken_down.lad_code,
    broken_down.breakdown,
    broken_down.breakdown_key,
    count(*) as event_count
from broken_down
inner join declared
    on broken_down.measure_id = declared.measure_id and broken_down.breakdown = declared.breakdown
group by all
