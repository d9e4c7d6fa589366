"""What single equations say of hidden cells, one after the other, until they say no more."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclosure.equations import DUST, Floats, Positions

ROUNDS = 50


def tighten(equations: csr_array, sums: Floats, least: Floats, most: Floats) -> tuple[Floats, Floats] | None:
    """The lowest and the highest whole value of each cell as far as single equations confine it; None: a contradiction.

    In each equation, what the other cells are at least and at most confines each one (interval propagation);
    after ROUNDS rounds the limits are true, if not as close as they could be.
    """
    low, high = least.copy(), most.copy()
    entries = equations.tocoo()
    row, cell = entries.coords
    weight = entries.data
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        smallest = weight * np.where(weight > 0, low[cell], high[cell])
        largest = weight * np.where(weight > 0, high[cell], low[cell])
        rest_smallest = _sum_of_others(row, smallest, -np.inf)
        rest_largest = _sum_of_others(row, largest, np.inf)
        one, other = (sums[row] - rest_largest) / weight, (sums[row] - rest_smallest) / weight
        np.maximum.at(low, cell, np.ceil(np.minimum(one, other) - DUST))
        np.minimum.at(high, cell, np.floor(np.maximum(one, other) + DUST))
        if (low > high).any():
            return None
        if np.array_equal(low, before[0]) and np.array_equal(high, before[1]):
            break
    return low, high


def _sum_of_others(row: Positions, numbers: Floats, endless: float) -> Floats:
    """For each entry the sum of the others of its row, some of which may be `endless`."""
    is_endless = np.isinf(numbers)
    finite = np.where(is_endless, 0.0, numbers)
    total = np.bincount(row, weights=finite)[row] - finite
    others = np.bincount(row, weights=is_endless)[row] - is_endless
    return np.where(others > 0, endless, total)
