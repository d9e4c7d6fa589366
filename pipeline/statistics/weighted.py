"""Counts of several kinds added up by what one of each kind weighs, with confidence limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics.intervals import Estimate, as_counts, poisson_limits


def weighted_total(events: ArrayLike, weights: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The weighted total of each row of events (rows × kinds), in the unit of the weights, one weight a kind.

    nan where a count of the row is missing. The weights are taken as known. Limits: total + √(Σ w²O ÷ ΣO) ×
    (Poisson limit of ΣO − ΣO), as Dobson's for a directly standardised rate (Dobson et al. 1991, Statistics in
    Medicine 10, 457-462). Counts that are no table, other than one weight a kind, or a negative weight raise
    ValueError.
    """
    counts, weight = as_counts(events, "events"), as_counts(weights, "weights")
    if counts.ndim != 2 or weight.shape != counts.shape[1:]:
        raise ValueError("events must be a table with a column for each weight")
    total = counts @ weight
    number = counts.sum(axis=1)
    lower, upper = poisson_limits(number, confidence)
    # Of no events at all nothing is known of their kinds: each counts as the mean weight.
    mean_square = np.where(
        number > 0, counts @ weight**2 / np.where(number > 0, number, 1), np.mean(weight**2)
    )
    scale = np.sqrt(mean_square)
    return Estimate(
        value=total, lower=total + scale * (lower - number), upper=total + scale * (upper - number)
    )
