"""Which areas differ from the mean of all by more than chance: funnel limits around it.

Two pairs of limits: 2.5% in each tail (about 2 standard deviations) and 0.1% (about 3). With large counts
nearly every area lies outside; `pipeline.statistics.overdispersion` then widens the funnel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gdtrib, ndtri

from pipeline.statistics.intervals import (
    FEWEST_FOR_APPROXIMATION,
    Floats,
    as_counts,
    broadcast,
    check_multiplier,
)

INNER_TAIL, OUTER_TAIL = 0.025, 0.001


@dataclass(frozen=True, eq=False)
class FunnelLimits:
    """Four arrays of one shape, in the unit of the value: the limits of 95% and of 99.8%."""

    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats


@dataclass(frozen=True, eq=False)
class Funnel:
    """The mean of all areas, and with an element an area its value, limits and position.

    `positions` is 'low_998', 'low_95', '' (within), 'high_95' or 'high_998'; '' also where there is no value.
    """

    mean: float
    values: Floats
    limits: FunnelLimits
    positions: NDArray[np.str_]


def share_funnel(events: ArrayLike, total: ArrayLike, multiplier: float = 100.0) -> Funnel:
    """Where each area's share stands in the funnel around the share of all areas together.

    Areas with a missing count, or a total of 0, take no part. More events than the total, or more than one
    dimension, raises ValueError. Limits as `share_limits`.
    """
    counts, totals = areas_of(events=events, total=total)
    check_multiplier(multiplier)
    if np.any(counts > totals):
        raise ValueError("events must not be more than the total they are a share of")
    mean = share_of_all(counts, totals)
    return _place(mean * multiplier, counts / totals * multiplier, share_limits(mean, totals, multiplier))


def rate_funnel(events: ArrayLike, population: ArrayLike, multiplier: float) -> Funnel:
    """Where each area's rate stands in the funnel around the rate of all areas together.

    Areas with a missing number, or a population of 0, take no part. Limits: those of the count expected at
    the mean rate, as `count_limits`, over the population.
    """
    counts, people = areas_of(events=events, population=population)
    check_multiplier(multiplier)
    mean = share_of_all(counts, people)
    limits = _scale(count_limits(mean * people), multiplier / people)
    return _place(mean * multiplier, counts / people * multiplier, limits)


def standardised_rate_funnel(events: ArrayLike, rate: ArrayLike, multiplier: float) -> Funnel:
    """The same for directly standardised rates per `multiplier` people, by the population that each implies.

    An area counts as if it had events / rate people (Fingertips Public Health Technical Guidance). Areas
    with fewer than 10 events have no standardised rate, and take no part.
    """
    counts, rates = areas_of(events=events, rate=rate)
    enough = counts >= FEWEST_FOR_APPROXIMATION
    shown, known = np.where(enough, counts, np.nan), np.where(enough, rates, np.nan)
    return rate_funnel(shown, shown / known * multiplier, multiplier)


def ratio_funnel(events: ArrayLike, expected: ArrayLike, multiplier: float = 100.0) -> Funnel:
    """Where each area's ratio of observed to expected events stands in the funnel around 1.

    The ratio and its limits are times `multiplier`. Areas with a missing number, or nothing expected, take
    no part. Limits: as `count_limits`, over what was expected.
    """
    counts, wanted = areas_of(events=events, expected=expected)
    check_multiplier(multiplier)
    limits = _scale(count_limits(wanted), multiplier / wanted)
    return _place(multiplier, counts / wanted * multiplier, limits)


def share_limits(mean: ArrayLike, total: ArrayLike, multiplier: float = 100.0) -> FunnelLimits:
    """The shares whose Wilson limits just reach the mean share (0 to 1), for totals of each size.

    mean -/+ z sqrt(mean (1 - mean) / total), never under 0 or over the whole (Wilson 1927; Fingertips).
    """
    means, totals = broadcast(mean=mean, total=total)
    check_multiplier(multiplier)
    if np.any(means > 1):
        raise ValueError("mean must be a share between 0 and 1")
    spread = np.sqrt(means * (1 - means) / np.where(totals > 0, totals, np.nan))
    inner, outer = -ndtri(INNER_TAIL) * spread, -ndtri(OUTER_TAIL) * spread
    return FunnelLimits(
        *(
            np.clip(share, 0.0, 1.0) * multiplier
            for share in (means - inner, means + inner, means - outer, means + outer)
        )
    )


def count_limits(expected: ArrayLike) -> FunnelLimits:
    """The counts whose exact Poisson limits just reach each expected count, in events.

    The lower is the O at which O or fewer events have the probability of the tail, the upper that at which O
    or more have: chi-squared quantiles turned round, and as smooth (Fingertips; Breslow & Day 1987). The
    lower limit is 0 where even no event is likelier than the tail, and all are where nothing is expected.
    """
    wanted = as_counts(expected, "expected")
    # P(X <= O) = Q(O + 1, E) and P(X >= O) = P(O, E), with incomplete gamma functions Q and P.
    lower95, lower998 = (
        np.maximum(gdtrib(1.0, 1 - tail, wanted) - 1, 0.0) for tail in (INNER_TAIL, OUTER_TAIL)
    )
    upper95, upper998 = (np.asarray(gdtrib(1.0, tail, wanted)) for tail in (INNER_TAIL, OUTER_TAIL))
    return FunnelLimits(lower95=lower95, upper95=upper95, lower998=lower998, upper998=upper998)


def position_in(limits: FunnelLimits, values: Floats) -> NDArray[np.str_]:
    """Where each value lies between its limits: the words of `Funnel.positions`."""
    outside = {
        "low_998": values < limits.lower998,
        "high_998": values > limits.upper998,
        "low_95": values < limits.lower95,
        "high_95": values > limits.upper95,
    }
    return np.select(list(outside.values()), list(outside), default="").astype("<U8")


def areas_of(**named: ArrayLike) -> tuple[Floats, Floats]:
    """Two arrays with an element an area, both nan where either is missing or the second is 0."""
    first, second = broadcast(**named)
    if first.ndim != 1:
        raise ValueError(f"{' and '.join(named)} must have one element an area")
    takes_part = ~np.isnan(first) & (second > 0)
    return np.where(takes_part, first, np.nan), np.where(takes_part, second, np.nan)


def share_of_all(counts: Floats, totals: Floats) -> float:
    """All counts over all totals, without the areas that take no part; nan where none does."""
    total = float(np.nansum(totals))
    return float(np.nansum(counts)) / total if total > 0 else np.nan


def _scale(limits: FunnelLimits, factor: Floats) -> FunnelLimits:
    return FunnelLimits(
        lower95=limits.lower95 * factor,
        upper95=limits.upper95 * factor,
        lower998=limits.lower998 * factor,
        upper998=limits.upper998 * factor,
    )


def _place(mean: float, values: Floats, limits: FunnelLimits) -> Funnel:
    return Funnel(mean=mean, values=values, limits=limits, positions=position_in(limits, values))
