"""How much higher each calendar month of a series is than a year's mean, over breaks, gaps and a slope."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics.intervals import Floats, broadcast
from pipeline.statistics.loglinear import LogLinear, coefficients_of, means_of

MONTHS = 12
# Seen in one year only, what is high in May cannot be told from a high May.
FEWEST_YEARS = 2
# The mean length of a month in days: Cleveland and Devlin 1982.
MEAN_MONTH = 30.4375
# Huber's: a residual over this many times the usual one pulls no harder than one at it.
FARTHEST_PULL, ROUNDS = 1.345, 20
# Further out it is a shock, not a season: it must not make its calendar month look high.
FARTHEST_RESIDUAL = 3.5
# The median distance from 0 of a standard normal variate.
NORMAL_MEDIAN = 0.6745

Booleans = NDArray[np.bool_]


def seasonal_factors(
    events: ArrayLike, exposure: ArrayLike, calendar_months: ArrayLike, stretches: ArrayLike
) -> Floats | None:
    """What each point's calendar month is times the mean of a year; None where that cannot be known.

    One series of successive months: `events` (nan where a month is missing or must not count), `exposure` (what
    they are counted in, with the days of the month where those matter), `calendar_months` (1 to 12) and `stretches`
    (which level each point has). Poisson log-linear model with a level for each stretch, one slope and an effect
    for each calendar month (Bernal, Cummins & Gasparrini 2017, Int J Epidemiol 46, 348-355), fitted without points
    further than 3.5 usual residuals from a fit with Huber's weights (Cantoni & Ronchetti 2001, JASA 96, 1022-1030;
    without their correction: the weights only choose the points). It cannot be known where a calendar month has
    points of fewer than two years or no events, or where season, slope and levels cannot be told apart.
    """
    counts, people = broadcast(events=events, exposure=exposure)
    month = np.asarray(calendar_months, dtype=np.int64)
    used = ~np.isnan(counts) & (people > 0)
    stretch = np.unique(np.asarray(stretches), return_inverse=True)[1].reshape(-1)
    # A stretch without events tells nothing of a ratio.
    used &= (
        np.bincount(stretch, np.where(used, counts, 0.0), minlength=stretch.max(initial=0) + 1)[stretch] > 0
    )
    seen = np.bincount(month[used] - 1, minlength=MONTHS)
    if seen.min() < FEWEST_YEARS or np.bincount(month[used] - 1, counts[used], MONTHS).min() == 0:
        return None
    levels = stretch[:, np.newaxis] == np.unique(stretch[used])
    effects = month[:, np.newaxis] == np.arange(2, MONTHS + 1)
    time = np.arange(len(counts)) / MONTHS
    design = np.column_stack([levels, effects, time - time.mean()]).astype(np.float64)
    if not _can_be_told(design, used):
        return None
    ordinary = _ordinary(counts, people, design, used)
    is_enough = np.bincount(month[ordinary] - 1, counts[ordinary], MONTHS).min() > 0
    kept = ordinary if is_enough and _can_be_told(design, ordinary) else used
    coefficients = coefficients_of(_model(counts, people, design, kept.astype(np.float64)))[0]
    first = levels.shape[1]
    effect = np.exp(np.concatenate([[0.0], coefficients[first : first + MONTHS - 1]]))
    return np.asarray(effect[month - 1] / effect.mean())


def _ordinary(counts: Floats, people: Floats, design: Floats, used: Booleans) -> Booleans:
    """Which of the points used lie no further than 3.5 usual residuals from a fit that shocks cannot pull far."""
    weights: Floats = used.astype(np.float64)
    is_ordinary = used
    for _ in range(ROUNDS):
        mean = means_of(_model(counts, people, design, weights))[0]
        residuals = np.abs(np.where(used, (counts - mean) / np.sqrt(mean), 0.0))
        # Counts wander at least as much as chance lets them.
        usual = max(1.0, float(np.median(residuals[used])) / NORMAL_MEDIAN)
        pull = FARTHEST_PULL * usual / np.maximum(residuals, FARTHEST_PULL * usual)
        weights = np.where(used, pull, 0.0)
        is_ordinary = used & (residuals <= FARTHEST_RESIDUAL * usual)
    return is_ordinary


def _model(counts: Floats, people: Floats, design: Floats, weights: Floats) -> LogLinear:
    used = weights > 0
    return LogLinear(
        counts=np.where(used, counts, 0.0)[np.newaxis],
        offset=np.log(np.where(used, people, 1.0))[np.newaxis],
        design=design,
        used=weights[np.newaxis],
    )


def _can_be_told(design: Floats, used: Booleans) -> bool:
    """Whether the points used tell every level, month and slope from the others."""
    return bool(np.linalg.matrix_rank(design[used]) == design.shape[1])
