"""Random choices that need only uniform numbers and comparisons, the same on every machine."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def cumulative(weights: npt.ArrayLike) -> Floats:
    """Cumulative shares along the last axis, ending in exactly 1."""
    sums = np.cumsum(np.asarray(weights, dtype=np.float64), axis=-1)
    shares: Floats = sums / sums[..., -1:]
    shares[..., -1] = 1.0
    return shares


def choose(random: np.random.Generator, weights: npt.ArrayLike, size: int) -> Integers:
    """Positions drawn with the given weights."""
    return np.searchsorted(cumulative(weights), random.random(size), side="right").astype(np.int64)


def choose_by_row(random: np.random.Generator, weights: npt.ArrayLike, rows: npt.NDArray[Any]) -> Integers:
    """One position for each entry of rows, drawn with the weights of that row of a table."""
    table = cumulative(weights)
    # Row r lies between r and r + 1, so one search serves all rows.
    flat = (table + np.arange(len(table))[:, None]).ravel()
    drawn = np.searchsorted(flat, rows + random.random(len(rows)), side="right") - rows * table.shape[1]
    return np.minimum(drawn, table.shape[1] - 1).astype(np.int64)


def happens(random: np.random.Generator, chance: npt.ArrayLike, size: int) -> npt.NDArray[np.bool_]:
    """True with the given chance, one draw each."""
    drawn: npt.NDArray[np.bool_] = random.random(size) < np.asarray(chance)
    return drawn
