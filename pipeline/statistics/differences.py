"""The difference between two shares or two rates, with its confidence limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics.intervals import Estimate, check_multiplier, rate_with_limits, share_with_limits


def difference_of_shares(
    events_a: ArrayLike,
    total_a: ArrayLike,
    events_b: ArrayLike,
    total_b: ArrayLike,
    *,
    multiplier: float = 100.0,
    confidence: float = 0.95,
) -> Estimate:
    """The share of a less the share of b with limits: percentage points, or what `multiplier` says.

    The shares must be of different people or events: not of a part and its whole. nan where a count is
    missing or a total is missing or 0; ValueError as `share_with_limits`. Newcombe's hybrid score, method 10
    (Newcombe 1998, Statistics in Medicine 17, 873-890): each share's own Wilson limits, squared and added.
    """
    check_multiplier(multiplier)
    a = share_with_limits(events_a, total_a, multiplier=1.0, confidence=confidence)
    b = share_with_limits(events_b, total_b, multiplier=1.0, confidence=confidence)
    return _difference(a, b, multiplier, "shares")


def difference_of_rates(
    events_a: ArrayLike,
    population_a: ArrayLike,
    events_b: ArrayLike,
    population_b: ArrayLike,
    *,
    multiplier: float,
    confidence: float = 0.95,
) -> Estimate:
    """The rate of a less the rate of b with limits, per `multiplier` people.

    The rates must be of different people or times. nan where a count is missing or a population is missing
    or 0; ValueError as `rate_with_limits`. Each rate's own Poisson limits, squared and added (Zou & Donner
    2008, Statistics in Medicine 27, 1693-1702): what Newcombe does for shares.
    """
    check_multiplier(multiplier)
    a = rate_with_limits(events_a, population_a, multiplier=1.0, confidence=confidence)
    b = rate_with_limits(events_b, population_b, multiplier=1.0, confidence=confidence)
    return _difference(a, b, multiplier, "rates")


def _difference(a: Estimate, b: Estimate, multiplier: float, things: str) -> Estimate:
    """a less b, the distances to each limit added as squares, in units of the multiplier."""
    try:
        value = a.value - b.value
    except ValueError:
        raise ValueError(f"the two {things} must have the same shape, or be single numbers") from None
    lower = value - np.sqrt((a.value - a.lower) ** 2 + (b.upper - b.value) ** 2)
    upper = value + np.sqrt((a.upper - a.value) ** 2 + (b.value - b.lower) ** 2)
    return Estimate(
        value=np.asarray(value * multiplier),
        lower=np.asarray(lower * multiplier),
        upper=np.asarray(upper * multiplier),
    )
