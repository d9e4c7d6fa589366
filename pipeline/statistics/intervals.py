"""Counts, rates, shares and ratios with their confidence limits, whole arrays at a time.

Every function takes numbers, lists, arrays or series that broadcast together, and answers with float
arrays of the broadcast shape. Missing goes in and comes out as nan. What cannot be a count (negative,
infinite, text) raises ValueError with one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# The quantile functions themselves: importing scipy.stats for them would cost every start half a second.
from scipy.special import betaincinv, gammainccinv, gammaincinv, ndtri

Floats = NDArray[np.float64]

# The convention of English public health: below ten events the approximations are not trusted.
FEWEST_FOR_APPROXIMATION = 10


@dataclass(frozen=True, eq=False)
class Estimate:
    """Three float arrays of one shape: the value and its lower and upper limit; nan where there is none."""

    value: Floats
    lower: Floats
    upper: Floats


def poisson_limits(events: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The lower and upper limits of each expected count, in events, as two arrays of the shape of `events`.

    Exact under 10 events: half the chi-squared quantile with 2 * events (lower) and 2 * events + 2 (upper)
    degrees of freedom (Garwood 1936; Armitage & Berry); 0 is the exact lower limit of no events. From 10
    events on Byar's approximation (Breslow & Day 1987, volume II, formula 2.13).
    """
    counts = as_counts(events, "events")
    tail = tail_of(confidence)
    z = -ndtri(tail)
    lower, upper = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)

    few = counts < FEWEST_FOR_APPROXIMATION
    # A chi-squared quantile with 2k degrees of freedom is twice the gamma quantile of shape k.
    upper[few] = gammainccinv(counts[few] + 1, tail)
    some = few & (counts > 0)
    lower[few] = 0.0
    lower[some] = gammaincinv(counts[some], tail)

    many = counts >= FEWEST_FOR_APPROXIMATION
    o = counts[many]
    lower[many] = o * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3
    upper[many] = (o + 1) * (1 - 1 / (9 * (o + 1)) + z / (3 * np.sqrt(o + 1))) ** 3
    return lower, upper


def rate_with_limits(
    events: ArrayLike, population: ArrayLike, multiplier: float, confidence: float = 0.95
) -> Estimate:
    """Events per `multiplier` people with Poisson limits, each of the broadcast shape of the first two.

    nan where events are missing, or the population is missing or 0. Limits as `poisson_limits`, the
    population taken as known without error (Breslow & Day 1987).
    """
    counts, people = broadcast(events=events, population=population)
    check_multiplier(multiplier)
    lower, upper = poisson_limits(counts, confidence)
    per_person = multiplier / np.where(people > 0, people, np.nan)
    return Estimate(value=counts * per_person, lower=lower * per_person, upper=upper * per_person)


def share_with_limits(
    events: ArrayLike, total: ArrayLike, multiplier: float = 100.0, confidence: float = 0.95
) -> Estimate:
    """Events as a share of the total with Wilson's score limits: per cent, or of whatever `multiplier` says.

    nan where either is missing or the total is 0. The lower limit is exactly 0 at no events, and the upper
    exactly `multiplier` where every one of the total is an event (Wilson 1927; Newcombe & Altman 2000).
    More events than the total raises ValueError.
    """
    counts, totals = broadcast(events=events, total=total)
    check_multiplier(multiplier)
    if np.any(counts > totals):
        raise ValueError("events must not be more than the total they are a share of")
    z = -ndtri(tail_of(confidence))
    n = np.where(totals > 0, totals, np.nan)
    value = counts / n
    middle = 2 * counts + z**2
    spread = z * np.sqrt(z**2 + 4 * counts * (1 - value))
    lower = (middle - spread) / (2 * (n + z**2))
    upper = (middle + spread) / (2 * (n + z**2))
    # Rounding would leave 1e-17 where the limit is a bound that cannot be crossed.
    lower = np.where(value == 0, 0.0, lower)
    upper = np.where(value == 1, 1.0, upper)
    return Estimate(value=value * multiplier, lower=lower * multiplier, upper=upper * multiplier)


def ratio_of_rates(
    events_a: ArrayLike,
    population_a: ArrayLike,
    events_b: ArrayLike,
    population_b: ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """The rate of a over the rate of b with limits (1 = equal rates), each of the broadcast shape.

    Both counts 10 or more: the log method, ratio * exp(-/+ z * sqrt(1/a + 1/b)) (Rothman, Greenland & Lash
    2008, chapter 14). Either under 10: exact and conditional on a + b, from the Clopper-Pearson limits of
    a's share of all events (Przyborowski & Wilenski 1940; R's poisson.test). nan where a count is missing,
    a population is missing or 0, or b has no events, for then there is no ratio to report.
    """
    a, n_a, b, n_b = broadcast(
        events_a=events_a, population_a=population_a, events_b=events_b, population_b=population_b
    )
    tail = tail_of(confidence)
    exists = (n_a > 0) & (n_b > 0) & (b > 0) & ~np.isnan(a)
    few = exists & ((a < FEWEST_FOR_APPROXIMATION) | (b < FEWEST_FOR_APPROXIMATION))
    many = exists & ~few
    value, lower, upper = (np.full(a.shape, np.nan) for _ in range(3))

    value[exists] = a[exists] / b[exists] * (n_b[exists] / n_a[exists])
    factor = np.exp(-ndtri(tail) * np.sqrt(1 / a[many] + 1 / b[many]))
    lower[many], upper[many] = value[many] / factor, value[many] * factor
    lower[few], upper[few] = exact_ratio_limits(a[few], n_a[few], b[few], n_b[few], tail)
    return Estimate(value=value, lower=lower, upper=upper)


def exact_ratio_limits(a: Floats, n_a: Floats, b: Floats, n_b: Floats, tail: float) -> tuple[Floats, Floats]:
    """The conditional limits of each ratio of rates; b and both populations must be over 0."""
    lowest_odds = np.zeros(a.shape)
    some = a > 0
    share = betaincinv(a[some], b[some] + 1, tail)
    lowest_odds[some] = share / (1 - share)
    # The upper limit of a's share is one less the lower limit of b's: no digits are lost near 1.
    share_of_b = betaincinv(b, a + 1, tail)
    return lowest_odds * (n_b / n_a), (1 - share_of_b) / share_of_b * (n_b / n_a)


def as_counts(values: ArrayLike, name: str) -> Floats:
    """The values as floats, nan where missing; ValueError unless each is a finite number, 0 or more."""
    # pandas has missing values of its own, which only pandas can turn into nan.
    to_numpy: Callable[..., Floats] | None = getattr(values, "to_numpy", None)
    try:
        raw = np.asarray(values) if to_numpy is None else np.asarray(to_numpy())
        if raw.dtype.kind not in "bifuO" or (raw.dtype.kind == "O" and _has_text(raw)):
            raise TypeError
        numbers = (
            np.asarray(raw, dtype=np.float64)
            if to_numpy is None
            else to_numpy(dtype=np.float64, na_value=np.nan)
        )
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers, with nan where missing") from None
    if np.any(numbers < 0) or np.any(np.isinf(numbers)):
        raise ValueError(f"{name} must be finite and not negative")
    return numbers


def broadcast(**named: ArrayLike) -> tuple[Floats, ...]:
    """The named values as counts of one common shape; raises ValueError where their shapes do not fit."""
    counts = [as_counts(values, name) for name, values in named.items()]
    try:
        return tuple(np.broadcast_arrays(*counts))
    except ValueError:
        raise ValueError(f"{' and '.join(named)} must have the same shape, or be single numbers") from None


def tail_of(confidence: float) -> float:
    """The probability left in each tail; raises ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1, as 0.95 does")
    return (1 - confidence) / 2


def check_multiplier(multiplier: float) -> None:
    """Nothing; raises ValueError unless the multiplier is one finite number over 0."""
    if not (np.isfinite(multiplier) and multiplier > 0):
        raise ValueError("multiplier must be one finite number over 0, as 1000 is")


def _has_text(raw: NDArray[np.object_]) -> bool:
    return any(isinstance(value, str | bytes) for value in raw.flat)
