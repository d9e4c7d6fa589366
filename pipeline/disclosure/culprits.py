"""Which equations no table can fulfil."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

from pipeline.disclosure.equations import DUST, Floats, Positions
from pipeline.disclosure.solver import make_model, new_solver, solve


def find_culprits(equations: csr_array, sums: Floats, least: Floats, most: Floats) -> Positions:
    """The equations that are off in the table which is off by least in all; none where fractions fulfil them all.

    A wrong number spoils the equations in which it stands, so these are where to look for it.
    """
    rows, cells = equations.shape
    slack = eye_array(rows)
    solver = new_solver()
    solver.passModel(
        make_model(
            hstack([equations, slack, -slack]).tocsc(),
            np.concatenate([np.zeros(cells), np.ones(2 * rows)]),
            np.concatenate([least, np.zeros(2 * rows)]),
            np.concatenate([most, np.full(2 * rows, np.inf)]),
            sums,
        )
    )
    answer = solve(solver)
    assert isinstance(answer, np.ndarray), "slack makes any equations hold, at a price over 0"
    return np.flatnonzero(answer[cells : cells + rows] + answer[cells + rows :] > DUST)
