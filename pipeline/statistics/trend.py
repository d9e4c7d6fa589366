"""Whether a series rises or falls, by how much a year, and how sure that is.

A break in recording ends one stretch and begins another: each has a level of its own, so that the step
between them is nobody's trend, and all have one slope. Points that must not count (lockdowns, a year that
was counted in another way) are left out. Where points are parts of a year, seasons have an effect as well, the same
in all stretches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from pipeline.statistics.separation import find_separated

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
    either, nor those that say nothing of a ratio (`find_separated`: stretches without any event, for one).
    Log-linear model with the logarithm of the population as offset, a level for each stretch, an effect of each
    season (Bernal, Cummins & Gasparrini 2017, Int J Epidemiol 46, 348-355) and one slope: Poisson, or negative
    binomial where Pearson's chi-squared is more than its degrees of freedom, alpha being what makes them equal
    (Breslow 1984, Applied Statistics 33, 38-44; McCullagh & Nelder 1989, 6.2), and the limits then by Student's t.
    Fewer than 3 degrees of freedom (5 points of one level, one more for each other level and season) or than 10
    events are too few, and so are points that do not tell the slope from levels and seasons.
    """
    counts, people = broadcast(events=events, population=population)
    time, levels, used = _points(
        counts, years, breaks, is_left_out, seasons, ~np.isnan(counts) & (people > 0)
    )
    series = counts.shape[:-1]
    counts, people = counts.reshape(-1, time.size), people.reshape(-1, time.size)
    used = used.reshape(-1, time.size)
    is_enough = np.where(used, counts, 0.0).sum(axis=-1) >= FEWEST_FOR_APPROXIMATION
    design = np.column_stack([levels, time])
    used = used & ~find_separated(counts, used & is_enough[:, np.newaxis], design)
    slope, variance, alpha, df = (np.full(len(counts), np.nan) for _ in range(4))
    for rows, told in _alike(used, levels, time, is_enough):
        model = LogLinear(
            counts=np.where(used[rows], counts[rows], 0.0),
            offset=np.log(np.where(used[rows], people[rows], 1.0)),
            design=np.column_stack([told, time]),
            used=used[rows].astype(np.float64),
        )
        df[rows] = used[rows].sum(axis=-1) - model.design.shape[1]
        alpha[rows] = dispersion_of(model, df[rows])
        slope[rows], variance[rows] = slope_of(model, alpha[rows])
    tail = tail_of(confidence)
    reach = np.where(alpha > 0, -stdtrit(np.fmax(df, 1), tail), -ndtri(tail)) * np.sqrt(variance)
    value, lower, upper = (np.exp(x).reshape(series) for x in (slope, slope - reach, slope + reach))
    return RateTrend(
        value=value,
        lower=lower,
        upper=upper,
        dispersion=alpha.reshape(series),
        point_count=used.sum(axis=-1).reshape(series),
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

    With p and x the share and the year as levels and seasons alone give them, by least squares weighted by n: T =
    sum((year - x) (O - n p)), V = sum(n p (1 - p) (year - x)^2); chi-squared = T^2 / V, change = T / sum(n (year -
    x)^2). Without seasons p and x are the means of each stretch, and this is the test in print (Cochran 1954,
    Armitage 1955; over stretches Mantel 1963). p is kept within the shares observed. The limits are wider by the
    root of the chi-squared of departure from the line over its degrees of freedom where that is over 1, with
    Student's t: large counts wander more than chance. More events than the total raises ValueError.
    """
    counts, totals = broadcast(events=events, total=total)
    check_multiplier(multiplier)
    if np.any(counts > totals):
        raise ValueError("events must not be more than the total they are a share of")
    time, levels, used = _points(
        counts, years, breaks, is_left_out, seasons, ~np.isnan(counts) & (totals > 0)
    )
    series = counts.shape[:-1]
    counts, totals = counts.reshape(-1, time.size), totals.reshape(-1, time.size)
    used = used.reshape(-1, time.size)
    pull, noise, weight, spread, df = (np.full(len(counts), np.nan) for _ in range(5))
    for rows, told in _alike(used, levels, time, np.ones(len(counts), dtype=bool)):
        o, n = np.where(used[rows], counts[rows], 0.0), np.where(used[rows], totals[rows], 0.0)
        shares = np.where(used[rows], counts[rows] / np.where(n > 0, n, 1.0), np.nan)
        least, most = np.nanmin(shares, axis=-1, keepdims=True), np.nanmax(shares, axis=-1, keepdims=True)
        p = np.clip(_by_levels(told, n, o), least, most)
        x = time - _by_levels(told, n, n * time)
        pull[rows] = (x * o).sum(axis=-1)
        noise[rows] = (n * x**2 * p * (1 - p)).sum(axis=-1)
        weight[rows] = (n * x**2).sum(axis=-1)
        usual = n * p * (1 - p)
        spread[rows] = ((o - n * p) ** 2 / np.where(usual > 0, usual, np.inf)).sum(axis=-1)
        df[rows] = used[rows].sum(axis=-1) - told.shape[1] - 1
    noise[~(noise > 0)] = np.nan
    chi_squared, change = pull**2 / noise, np.where(np.isnan(noise), np.nan, pull / weight)
    excess = np.maximum((spread - chi_squared) / df, 1.0)
    tail = tail_of(confidence)
    quantile = np.where(excess > 1, -stdtrit(np.fmax(df, 1), tail), -ndtri(tail))
    reach = quantile * np.sqrt(excess * noise) / weight
    lower, upper = (bound.reshape(series) for bound in (change - reach, change + reach))
    return ShareTrend(
        value=change.reshape(series) * multiplier,
        lower=lower * multiplier,
        upper=upper * multiplier,
        chi_squared=chi_squared.reshape(series),
        # The upper tail of chi-squared with one degree of freedom.
        p_value=np.asarray(gammaincc(0.5, chi_squared / 2)).reshape(series),
        point_count=used.sum(axis=-1).reshape(series),
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
    """The times around their mean, who is used, and between them the stretch and the season of each time.

    These by time and column, 0 or 1: the stretches' columns first.
    """
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
    levels = np.column_stack([kinds[:, np.newaxis] == np.unique(kinds) for kinds in (stretch, season)])
    return time - (time.mean() if time.size else 0.0), levels.astype(np.float64), used


def _alike(
    used: Booleans, levels: Floats, time: Floats, is_enough: Booleans
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """The series that use the same points, with the levels and seasons that these tell apart.

    Only series that are enough, and points that leave degrees of freedom and tell the slope from the rest.
    """
    patterns, kinds = np.unique(used, axis=0, return_inverse=True)
    for kind, pattern in enumerate(patterns):
        rows = np.flatnonzero((kinds.reshape(-1) == kind) & is_enough)
        told = np.zeros((time.size, 0))
        for column in levels.T:
            wider = np.column_stack([told, column])
            told = wider if np.linalg.matrix_rank(wider[pattern]) == wider.shape[1] else told
        width = told.shape[1] + 1
        is_told = np.linalg.matrix_rank(np.column_stack([told, time])[pattern]) == width
        if rows.size and is_told and pattern.sum() - width >= FEWEST_DEGREES_OF_FREEDOM:
            yield rows, told


def _by_levels(told: Floats, n: Floats, sums: Floats) -> Floats:
    """What levels and seasons alone give for each point of each series, by least squares weighted by n.

    `sums` are n times what is to be given.
    """
    information = np.einsum("st,ti,tj->sij", n, told, told)
    levels = np.linalg.solve(information, (sums @ told)[:, :, np.newaxis])[:, :, 0]
    return np.asarray(levels @ told.T)


def _directions(lower: Floats, upper: Floats, nothing: float) -> NDArray[np.str_]:
    words = np.select(
        [np.isnan(lower), lower > nothing, upper < nothing], ["too_few", "rising", "falling"], "unclear"
    )
    return words.astype("<U7")
