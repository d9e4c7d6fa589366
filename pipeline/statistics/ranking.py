"""How far each risk factor of an area lies from that of others, and which lie furthest; correlation of ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata

from pipeline.statistics.intervals import Estimate, Floats, tail_of

REPEATS = 5_000
FEWEST_COMPARATORS = 3


@dataclass(frozen=True, eq=False)
class FactorRanking:
    """Four arrays with an element a factor: `score` over 0 is worse than comparators, in their deviations.

    `rank` is 1 for the worst, with the limits between which it lies; nan where a factor has no score.
    """

    score: Floats
    rank: Floats
    rank_lower: Floats
    rank_upper: Floats


def rank_factors(
    values: ArrayLike,
    standard_errors: ArrayLike,
    comparators: ArrayLike,
    higher_is_worse: ArrayLike,
    *,
    confidence: float = 0.95,
    seed: int = 1,
) -> FactorRanking:
    """The factors ranked by (value - mean) / sd of their comparators, turned so that up is worse.

    `comparators` has a row a factor and a column an area, nan where an area has no figure; under three of
    them, or where all are alike, a factor has no score. Limits of ranks: percentiles of 5,000 normal draws of
    every value within its standard error (Goldstein & Spiegelhalter 1996), with `seed`.
    """
    x, errors = np.asarray(values, dtype=float), np.asarray(standard_errors, dtype=float)
    others = np.atleast_2d(np.asarray(comparators, dtype=float))
    sign = np.where(np.asarray(higher_is_worse, dtype=bool), 1.0, -1.0)
    if not x.shape == errors.shape == sign.shape == others.shape[:1]:
        raise ValueError("each factor needs a value, a standard error, a direction and a row of comparators")
    is_there = ~np.isnan(others)
    count = is_there.sum(axis=1)
    filled = np.where(is_there, others, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(is_there, (others - mean[:, None]) ** 2, 0.0).sum(axis=1)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    has_score = ~np.isnan(x + errors) & (count >= FEWEST_COMPARATORS) & (deviation > 0)
    safe = np.where(has_score, deviation, 1.0)
    score = np.where(has_score, sign * (x - mean) / safe, np.nan)
    rank, lower, upper = (np.full(x.shape, np.nan) for _ in range(3))
    if has_score.any():
        tail = tail_of(confidence)
        noise = np.random.default_rng(seed).standard_normal((REPEATS, int(has_score.sum())))
        drawn = score[has_score] + noise * (errors / safe)[has_score]
        rank[has_score] = rankdata(-score[has_score])
        lower[has_score], upper[has_score] = np.quantile(rankdata(-drawn, axis=1), [tail, 1 - tail], axis=0)
    return FactorRanking(score, rank, lower, upper)


def rank_correlation(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Spearman's correlation of pairs with limits, -1 to 1; pairs with a missing value are left out.

    Ties share their mean rank. Limits on Fisher's scale with variance (1 + r^2 / 2) / (n - 3) (Bonett & Wright
    2000). nan under four pairs, or where one side is all alike; of exactly 1 or -1 that scale knows no limits, and
    they are nan. Of areas, not of people.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError("first and second must be two series of one length")
    is_pair = ~np.isnan(a + b)
    n = int(is_pair.sum())
    ranks = [rankdata(each[is_pair]) for each in (a, b)] if n else [np.empty(0)] * 2
    if n < 4 or np.ptp(ranks[0]) == 0 or np.ptp(ranks[1]) == 0:
        return Estimate(*(np.asarray(np.nan) for _ in range(3)))
    r = float(np.clip(np.corrcoef(ranks[0], ranks[1])[0, 1], -1, 1))
    if abs(r) > 1 - 1e-12:
        return Estimate(np.asarray(np.sign(r)), np.asarray(np.nan), np.asarray(np.nan))
    reach = -ndtri(tail_of(confidence)) * np.sqrt((1 + r**2 / 2) / (n - 3))
    return Estimate(
        np.asarray(r), np.asarray(np.tanh(np.arctanh(r) - reach)), np.asarray(np.tanh(np.arctanh(r) + reach))
    )
