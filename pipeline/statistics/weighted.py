"""Counts of several kinds added up by what one of each kind weighs, with confidence limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from pipeline.statistics.intervals import Estimate, as_counts, tail_of


def weighted_total(events: ArrayLike, weights: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The weighted total of each row of events (rows × kinds), in the unit of the weights, one weight a kind.

    nan where a count of the row is missing. The weights are taken as known. Gamma limits with y = Σ wO, v = Σ w²O
    and m the largest weight: χ² quantiles with 2y²/v and 2(y + m)²/(v + m²) degrees of freedom, times v/2y and
    (v + m²)/2(y + m); of one weight alone they are the exact Poisson limits (Fay & Feuer 1997, Statistics in
    Medicine 16, 791-801). Few grave events among many light ones would make Dobson's limits too narrow. Counts
    that are no table, other than one weight over 0 a kind, raise ValueError.
    """
    counts, weight = as_counts(events, "events"), as_counts(weights, "weights")
    if counts.ndim != 2 or weight.shape != counts.shape[1:] or not np.all(weight > 0):
        raise ValueError("events must be a table, with a weight over 0 for each of its columns")
    tail = tail_of(confidence)
    total, variance, heaviest = counts @ weight, counts @ weight**2, weight.max(initial=0)
    some = total > 0
    lower = np.where(np.isnan(total), np.nan, 0.0)
    y, v = total[some], variance[some]
    lower[some] = v / y * gammaincinv(y**2 / v, tail)
    above, spread = total + heaviest, variance + heaviest**2
    upper = spread / above * gammainccinv(above**2 / spread, tail)
    return Estimate(value=total, lower=lower, upper=upper)
