"""Whether a series rises or falls, by how much a year, and how sure that is.

A break in recording ends one stretch and begins another: each has a level of its own, so that the step
between them is nobody's trend, and all have one slope. Points that must not count (lockdowns, a year that
was counted in another way) are left out. Where points are parts of a year, each season has a level of its own in
each stretch: like is compared with like, a year apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc, ndtri, stdtrit

from pipeline.statistics.intervals import (
    FEWEST_FOR_APPROXIMATION,
    Floats,
    as_counts,
    broadcast,
    check_multiplier,
    tail_of,
)
from pipeline.statistics.loglinear import LogLinear, dispersion_of, slope_of

# Points less levels and slope: with fewer left there is no telling a trend from the spread around it.
# Without a break that is 5 points.
FEWEST_DEGREES_OF_FREEDOM = 3

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RateTrend:
    """Arrays with an element a series; the numbers are nan where `directions` is 'too_few'.

    `value`, `lower` and `upper` are the ratio of the rate to that of a year earlier (1.05 = 5% more a year);
    `dispersion` is the negative binomial's alpha (variance = mean + alpha mean^2; 0 = Poisson);
    `point_count` how many points the trend rests on; `directions` 'rising', 'falling', 'unclear' (the limits
    hold 1) or 'too_few'.
    """

    value: Floats
    lower: Floats
    upper: Floats
    dispersion: Floats
    point_count: NDArray[np.int64]
    directions: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class ShareTrend:
    """Arrays with an element a series; the numbers are nan where `directions` is 'too_few'.

    `value`, `lower` and `upper` are the change of the share a year (percentage points, or what the
    multiplier says); `chi_squared` (1 degree of freedom) and `p_value` are the test as in print;
    `point_count` and `directions` as in `RateTrend`, from limits that allow for more than chance.
    """

    value: Floats
    lower: Floats
    upper: Floats
    chi_squared: Floats
    p_value: Floats
    point_count: NDArray[np.int64]
    directions: NDArray[np.str_]


def trend_of_rates(
    events: ArrayLike,
    population: ArrayLike,
    years: ArrayLike,
    *,
    breaks: Sequence[float] = (),
    is_left_out: ArrayLike = False,
    seasons: ArrayLike = 0,
    confidence: float = 0.95,
) -> RateTrend:
    """The ratio of each year's rate to the last, from series whose last axis are the points in time.

    `years` are the times of the points (2023.5 = July 2023), `breaks` the times from which another level
    holds, `is_left_out` marks points not to be used, `seasons` says of each point which part of a year it is
    (1 to 4 for quarters); points with missing numbers or no population are not
    either, nor stretches without any event, which say nothing of a ratio. Log-linear model with the
    logarithm of the population as offset: Poisson, or negative binomial where Pearson's chi-squared is more
    than its degrees of freedom, alpha being what makes them equal (Breslow 1984, Applied Statistics 33,
    38-44; McCullagh & Nelder 1989, 6.2), and the limits then by Student's t. Fewer than 3 degrees of
    freedom (5 points of one level, one more for each other) or than 10 events are too few, and so are events
    at one end of each level alone.
    """
    counts, people = broadcast(events=events, population=population)
    time, stretches, used = _points(
        counts, years, breaks, is_left_out, seasons, ~np.isnan(counts) & (people > 0)
    )
    series = counts.shape[:-1]
    counts, people = counts.reshape(-1, time.size), people.reshape(-1, time.size)
    used = used.reshape(-1, time.size)
    has_events = (np.where(used, counts, 0.0) @ stretches > 0).astype(np.float64)
    used = used & (has_events @ stretches.T > 0)
    y = np.where(used, counts, 0.0)
    point_count = used.sum(axis=-1)
    df = point_count - (used @ stretches > 0).sum(axis=-1) - 1
    is_enough = (df >= FEWEST_DEGREES_OF_FREEDOM) & (y.sum(axis=-1) >= FEWEST_FOR_APPROXIMATION)
    # Where all happened at the last point of its stretch, or the first, no ratio is steep enough.
    for ends in (_first_points(used, stretches), _first_points(used[:, ::-1], stretches[::-1])[:, ::-1]):
        is_enough &= np.where(ends, 0.0, y).sum(axis=-1) > 0
    model = LogLinear(
        counts=y,
        offset=np.log(np.where(used, people, 1.0)),
        design=np.concatenate([stretches, time[:, np.newaxis]], axis=1),
        used=used.astype(np.float64) * is_enough[:, np.newaxis],
    )
    alpha = dispersion_of(model, df)
    slope, variance = slope_of(model, alpha)
    tail = tail_of(confidence)
    reach = np.where(alpha > 0, -stdtrit(np.maximum(df, 1), tail), -ndtri(tail)) * np.sqrt(variance)
    bounds = (np.where(is_enough, np.exp(x), np.nan) for x in (slope, slope - reach, slope + reach))
    value, lower, upper = (bound.reshape(series) for bound in bounds)
    return RateTrend(
        value=value,
        lower=lower,
        upper=upper,
        dispersion=np.where(is_enough, alpha, np.nan).reshape(series),
        point_count=point_count.reshape(series),
        directions=_directions(lower, upper, 1.0),
    )


def trend_of_shares(
    events: ArrayLike,
    total: ArrayLike,
    years: ArrayLike,
    *,
    breaks: Sequence[float] = (),
    is_left_out: ArrayLike = False,
    seasons: ArrayLike = 0,
    multiplier: float = 100.0,
    confidence: float = 0.95,
) -> ShareTrend:
    """The change of a share a year with the chi-squared test for trend, from series as `trend_of_rates`.

    With x the years and p and x-bar those of a stretch: T = sum((x - x-bar) (O - n p)), V = p (1 - p)
    sum(n (x - x-bar)^2), both summed over stretches; chi-squared = T^2 / V, change = T / sum(n (x -
    x-bar)^2) (Cochran 1954, Armitage 1955; over stretches Mantel 1963). The limits are wider by the root
    of the chi-squared of departure from the line over its degrees of freedom where that is over 1, with
    Student's t: large counts wander more than chance. More events than the total raises ValueError.
    """
    counts, totals = broadcast(events=events, total=total)
    check_multiplier(multiplier)
    if np.any(counts > totals):
        raise ValueError("events must not be more than the total they are a share of")
    time, stretches, used = _points(
        counts, years, breaks, is_left_out, seasons, ~np.isnan(counts) & (totals > 0)
    )
    o, n = np.where(used, counts, 0.0), np.where(used, totals, 0.0)
    in_all = n @ stretches
    per_total = np.where(in_all > 0, 1 / np.where(in_all > 0, in_all, 1.0), 0.0)
    p = (o @ stretches) * per_total @ stretches.T
    x = time - (n * time) @ stretches * per_total @ stretches.T
    weight = (n * x**2).sum(axis=-1)
    pull = (x * (o - n * p)).sum(axis=-1)
    noise = (n * x**2 * p * (1 - p)).sum(axis=-1)
    point_count = used.sum(axis=-1)
    df = point_count - (in_all > 0).sum(axis=-1) - 1
    is_enough = (df >= FEWEST_DEGREES_OF_FREEDOM) & (noise > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi_squared = np.where(is_enough, pull**2 / noise, np.nan)
        change = np.where(is_enough, pull / weight, np.nan)
        spread = np.where(used & (p > 0) & (p < 1), (o - n * p) ** 2 / (n * p * (1 - p)), 0.0).sum(axis=-1)
        excess = np.maximum((spread - chi_squared) / df, 1.0)
    tail = tail_of(confidence)
    quantile = np.where(excess > 1, -stdtrit(np.maximum(df, 1), tail), -ndtri(tail))
    reach = quantile * np.sqrt(excess * noise) / np.where(weight > 0, weight, np.nan)
    lower, upper = change - reach, change + reach
    return ShareTrend(
        value=np.asarray(change * multiplier),
        lower=np.asarray(lower * multiplier),
        upper=np.asarray(upper * multiplier),
        chi_squared=chi_squared,
        # The upper tail of chi-squared with one degree of freedom.
        p_value=np.asarray(gammaincc(0.5, chi_squared / 2)),
        point_count=np.asarray(point_count),
        directions=_directions(lower, upper, 0.0),
    )


def _points(
    counts: Floats,
    years: ArrayLike,
    breaks: Sequence[float],
    is_left_out: ArrayLike,
    seasons: ArrayLike,
    is_known: Booleans,
) -> tuple[Floats, Floats, Booleans]:
    """The times around their mean, which level each has (time by stretch and season, 0 or 1), and who is used."""
    time = as_counts(years, "years")
    if counts.ndim == 0 or time.shape != counts.shape[-1:] or np.any(np.isnan(time)):
        raise ValueError("years must be one known time for each point of the last axis")
    if np.any(np.diff(time) <= 0):
        raise ValueError("years must rise from point to point")
    try:
        used = is_known & ~np.broadcast_to(np.asarray(is_left_out, dtype=bool), counts.shape)
    except ValueError:
        raise ValueError("is_left_out must be one yes or no for each point, or for all") from None
    season = np.broadcast_to(np.asarray(seasons, dtype=np.float64), time.shape)
    stretch = np.searchsorted(np.sort(np.asarray(breaks, dtype=np.float64)), time, side="right")
    levels, level = np.unique(np.stack([stretch, season]), axis=1, return_inverse=True)
    stretches = (level.reshape(-1, 1) == np.arange(levels.shape[1])).astype(np.float64)
    return time - (time.mean() if time.size else 0.0), stretches, used


def _first_points(used: Booleans, stretches: Floats) -> Booleans:
    """Which points are the first used of their stretch, in the order given."""
    used_so_far = np.cumsum(used[:, :, np.newaxis] * stretches, axis=1)
    return used & ((used_so_far * stretches).sum(axis=-1) == 1)


def _directions(lower: Floats, upper: Floats, nothing: float) -> NDArray[np.str_]:
    words = np.select(
        [np.isnan(lower), lower > nothing, upper < nothing], ["too_few", "rising", "falling"], "unclear"
    )
    return words.astype("<U7")
