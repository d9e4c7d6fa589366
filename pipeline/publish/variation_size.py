"""Whether rates differ between districts, by how much, and whether by more than the margin set beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.publish.claim_rows import REPORTED, ClaimRules, Judgement
from pipeline.publish.claim_words import in_words, interval_in_words, label_words
from pipeline.publish.p_values import p_in_words
from pipeline.publish.variation_districts import Districts, Period, find_districts, without_figures
from pipeline.statistics.comparison import judge_evenness as judge_against_margin
from pipeline.statistics.intervals import Estimate, Floats
from pipeline.statistics.poisson_lognormal import spread_with_limits
from pipeline.statistics.variation import (
    homogeneity,
    median_rate_ratio,
    ninety_ten_ratio,
    systematic_component,
)

SEED = 1
FEWEST = 3
STATISTIC = "median_rate_ratio"


@dataclass(frozen=True)
class Factor:
    """A median rate ratio, the typical factor between two areas, with its limits; the upper may be infinite."""

    value: float
    lower: float
    upper: float

    @property
    def limits(self) -> tuple[float, float, float]:
        """The value and its limits, as a row has them."""
        return self.value, self.lower, self.upper

    @property
    def words(self) -> str:
        """The factor with its interval, as a sentence has it."""
        return f"{in_words(self.value, 2)} (95% interval {interval_in_words(self.lower, self.upper, 2)})"


def factor_of(spread: Estimate) -> Factor:
    """The typical factor that goes with a spread of log rates."""
    return Factor(*(_ratio_of(each) for each in (spread.value, spread.lower, spread.upper)))


def judge_literally(period: Period) -> Judgement:
    """Whether the rates of districts differ beyond chance."""
    found = find_districts(period, (period.tested,), FEWEST)
    if found.status != REPORTED:
        return without_figures(period, "literal", STATISTIC, found, (period.tested,))
    tested = homogeneity(found.events[0], found.population[0], seed=SEED)
    return _judgement(
        period, "literal", "differs" if tested.p_value < 0.05 else "no_difference_found", found,
        p_value=tested.p_value,
        numbers={
            "dispersion": tested.statistic, "q": tested.q, "i_squared": tested.i_squared,
            "h_squared": tested.h_squared,
        },
    )  # fmt: skip


def measure_size(period: Period) -> Judgement:
    """The median rate ratio between districts, chance taken out."""
    found = find_districts(period, (period.tested,), FEWEST)
    if found.status != REPORTED:
        return without_figures(period, "size", STATISTIC, found, (period.tested,))
    spread = spread_with_limits(found.events[0], found.population[0])
    return _judgement(
        period, "size", "measured", found,
        numbers={
            "spread": float(spread.value), "spread_lower": float(spread.lower),
            "spread_upper": float(spread.upper), "ninety_ten_ratio": float(ninety_ten_ratio(spread.value)),
            "systematic_component": systematic_component(found.events[0], found.population[0]),
        },
    )  # fmt: skip


def judge_evenness(period: Period) -> Judgement:
    """Whether the typical factor lies under or over the margin."""
    found = find_districts(period, (period.tested,), FEWEST)
    if found.status != REPORTED:
        return without_figures(period, "equivalence", STATISTIC, found, (period.tested,))
    factor = factor_of(spread_with_limits(found.events[0], found.population[0]))
    return _judgement(
        period, "equivalence", evenness_of(factor, len(found.codes), period.rules), found,
        numbers={"margin": period.rules.thresholds["margin"]},
    )  # fmt: skip


def evenness_of(factor: Factor, area_count: int, rules: ClaimRules) -> str:
    """The word for a typical factor against the margin."""
    return judge_against_margin(
        factor.lower,
        factor.upper,
        rules.thresholds["margin"],
        area_count,
        int(rules.thresholds["fewest_areas"]),
    )


def _judgement(
    period: Period,
    part: str,
    verdict: str,
    found: Districts,
    *,
    p_value: float = np.nan,
    numbers: dict[str, float],
) -> Judgement:
    factor = factor_of(spread_with_limits(found.events[0], found.population[0]))
    return Judgement(
        part, *period.days, verdict, STATISTIC, *factor.limits, p_value, len(found.codes), "lad",
        slots={
            **label_words(period.tested.label), "factor": factor.words, "p_value": p_in_words(p_value),
        },
        numbers=numbers,
        measures=(period.tested,),
    )  # fmt: skip


def _ratio_of(spread: Floats) -> float:
    # An upper limit without end stays one.
    return float(median_rate_ratio(spread)) if np.isfinite(spread) else float(spread)
