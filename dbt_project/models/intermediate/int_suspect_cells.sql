{% set measures = {
    "serious_suspect": "is_serious",
    "serious_suspect_arrest_known": "is_serious and is_arrested is not null",
    "serious_suspect_arrested": "is_serious and is_arrested",
    "serious_suspect_charge_known": "is_serious and is_charged is not null",
    "serious_suspect_charged": "is_serious and is_charged",
    "domestic_suspect_arrested": "is_domestic and is_arrested",
    "domestic_suspect_charge_known": "is_domestic and is_charged is not null",
    "domestic_suspect_charged": "is_domestic and is_charged"
} %}
with

counted as (
    {% for measure_id, condition in measures.items() %}
        select
            '{{ measure_id }}' as measure_id,
            month_start,
            split,
            sex,
            age_band
        from {{ ref("int_suspects") }}
        where {{ condition }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

broken_down as (
    select
        measure_id,
        month_start,
        split,
        'none' as breakdown,
        '' as breakdown_key
    from counted

    {% for breakdown in ["sex", "age_band"] %}
        union all

        select
            measure_id,
            month_start,
            split,
            '{{ breakdown }}' as breakdown,
            {{ breakdown }} as breakdown_key
        from counted
        where {{ breakdown }} is not null
    {% endfor %}
)

select
    'suspects' as source_id,
    measure_id,
    month_start,
    split,
    breakdown,
    breakdown_key,
    count(*) as event_count
from broken_down
group by all
