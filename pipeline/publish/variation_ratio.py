"""Whether the tested measure varies more or less between districts than others do."""

from __future__ import annotations

import numpy as np

from pipeline.publish.claim_rows import NOT_AVAILABLE, REPORTED, Judgement, Measure
from pipeline.publish.claim_words import in_words, interval_in_words, label_words
from pipeline.publish.p_values import p_in_numbers, p_in_words
from pipeline.publish.variation_districts import (
    Districts,
    Period,
    find_districts,
    without_figures,
)
from pipeline.statistics.comparison import (
    SpreadComparison,
    adjust_by_holm,
    compare_spreads,
    holm_levels,
    judge_ratio,
)
from pipeline.statistics.intervals import Floats
from pipeline.statistics.variation import minimum_detectable_ratio

STATISTIC = "ratio_of_spreads"
SEED = 1
FEWEST = 3
NO_RATIO = "Events are too few for a spread."


def compare_with_others(
    period: Period, *, with_pooled: bool
) -> tuple[list[Judgement], list[SpreadComparison | None]]:
    """The verdict against each comparator over the districts that have both, Holm over all of them.

    A measure that is published for pooled years alone is compared over those years, if `with_pooled`.
    """
    others = [
        other
        for other in period.rules.measures_of("no_regional_variation", "comparator")
        if with_pooled or other.period_type != "pooled_years"
    ]
    periods = [
        period.pooled_for(other) if other.period_type == "pooled_years" else period for other in others
    ]
    districts = [
        find_districts(each, (period.tested, other), FEWEST)
        for each, other in zip(periods, others, strict=True)
    ]
    # The same seed draws the same districts for every comparator that has them all: the bootstrap is joint.
    found = [
        compare_spreads(each.events, each.population, seed=SEED) if each.status == REPORTED else None
        for each in districts
    ]
    p_values = [np.nan if each is None else each.p_value[0] for each in found]
    judgements = [
        _judge(*known)
        for known in zip(
            periods,
            others,
            districts,
            found,
            adjust_by_holm(p_values),
            holm_levels(p_values),
            strict=True,
        )
    ]
    return judgements, found


def _judge(
    period: Period,
    other: Measure,
    districts: Districts,
    compared: SpreadComparison | None,
    p_value: Floats,
    confidence: Floats,
) -> Judgement:
    part, measures = f"relative:{other.indicator_id}", (period.tested, other)
    if compared is None:
        return without_figures(period, part, STATISTIC, districts, measures, comparator=other.label)
    if np.isnan(p_value):
        unmeasured = Districts(NOT_AVAILABLE, NO_RATIO, [], districts.events, districts.population)
        return without_figures(period, part, STATISTIC, unmeasured, measures, comparator=other.label)
    (lower,), (upper,) = compared.ratio_limits(confidence)
    fewest = int(period.rules.thresholds["fewest_areas"])
    detectable = minimum_detectable_ratio(compared.area_count, confidence=float(confidence))
    percent = 100 * float(confidence)
    return Judgement(
        part, *period.days, judge_ratio(lower, upper, float(p_value), compared.area_count, fewest),
        STATISTIC, float(compared.ratio[0]), float(lower), float(upper), float(p_value), compared.area_count, "lad",
        slots={
            **label_words(period.tested.label), "comparator": other.label,
            "value": in_words(float(compared.ratio[0]), 2),
            "interval": interval_in_words(float(lower), float(upper), 2),
            "confidence": f"{percent:.1f}".removesuffix(".0"),
            "p_value": p_in_words(float(p_value)),
            "detectable": in_words(detectable, 2), "detectable_upper": in_words(1 / detectable, 2),
        },
        numbers={
            "spread": float(compared.spread[0]), "comparator_spread": float(compared.spread[1]),
            "unadjusted_p_value": p_in_numbers(float(compared.p_value[0]), 4), "confidence_percent": percent,
            "detectable_ratio": detectable, "detectable_ratio_above": 1 / detectable,
        },
        measures=measures,
    )  # fmt: skip
