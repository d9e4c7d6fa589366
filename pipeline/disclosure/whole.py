"""Whole numbers in place of the fractions of a linear program's answer, with as little else changed as will do."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclosure.equations import DUST, Booleans, Floats
from pipeline.disclosure.solver import make_model, make_whole, new_solver, solve

# How many relations away from a fraction whole numbers are looked for.
STEPS = 3


def is_fraction(values: Floats) -> Booleans:
    """Which values are not whole, dust left out."""
    return np.abs(values - np.rint(values)) > DUST


def mend_fractions(
    equations: csr_array, values: Floats, low: Floats, high: Floats, may_change: Booleans
) -> Floats:
    """Values between `low` and `high` that fulfil the equations and are whole where they had fractions and beside them.

    `values` fulfil `equations @ values = 0`; those that may not change do not. They come back as they are where there
    are none near.
    """
    near = is_fraction(values)
    beside = abs(equations)
    for _ in range(STEPS if near.any() else 0):
        near = (beside[(beside @ near) > 0].sum(axis=0) > 0) & may_change
        cells = np.flatnonzero(near)
        inside = equations[:, cells]
        rows = np.flatnonzero(np.diff(inside.indptr))
        sums = -(equations[rows] @ np.where(near, 0.0, np.rint(values)))
        solver = new_solver()
        solver.passModel(
            make_model(inside[rows].tocsc(), np.zeros(cells.size), low[cells], high[cells], sums)
        )
        make_whole(solver)
        answer = solve(solver)
        if isinstance(answer, np.ndarray):
            mended = np.rint(values)
            mended[cells] = np.rint(answer)
            return mended
    return values
