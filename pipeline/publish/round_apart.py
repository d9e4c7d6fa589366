"""Differences and limits as they are published: rounded, but never onto the value that means no difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipeline.publish.decimals import round_each
from pipeline.statistics.intervals import Floats

# As many as figure_treatments lets the columns have.
MOST_DECIMALS = 6


def round_apart(values: ArrayLike, decimals: ArrayLike, nothing: ArrayLike) -> Floats:
    """The values to so many decimals, and to as many more as keep one that is not `nothing` from reading so.

    A lower limit of 0.04 beside the verdict `higher` would otherwise be published as 0.0.
    """
    exact, fewest, none = np.broadcast_arrays(
        np.asarray(values, dtype=np.float64), np.asarray(decimals), np.asarray(nothing, dtype=np.float64)
    )
    rounded = round_each(exact, fewest)
    for decimals_now in range(int(fewest.min(initial=MOST_DECIMALS)) + 1, MOST_DECIMALS + 1):
        is_lost = (rounded == none) & (exact != none) & (fewest < decimals_now)
        rounded = np.where(is_lost, round_each(exact, np.asarray(decimals_now)), rounded)
    # No sign of a nothing: -0.0 reads as a difference.
    return np.asarray(rounded + 0.0)
