"""Points of a log-linear model that its likelihood would take to a mean of nothing: they say nothing of a ratio."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from pipeline.statistics.intervals import Floats

Booleans = NDArray[np.bool_]


def find_separated(counts: Floats, used: Booleans, design: Floats) -> Booleans:
    """Which points of each series, all of them counts of 0, are as likely as can be only at a mean of 0.

    `counts` and `used` by series and point, `design` by point and coefficient. A level without events is the plain
    case: no finite level is the most likely. Without these points the others have a finite fit, and the same one
    (Correia, Guimaraes & Zylkin 2019, Verifying the existence of maximum likelihood estimates for generalized linear
    models, arXiv:1903.01633). Of a series without a 0 there are none.
    """
    found = np.zeros(counts.shape, dtype=bool)
    is_nothing = used & (counts == 0)
    for series in np.flatnonzero(is_nothing.any(axis=-1)):
        found[series, is_nothing[series]] = _fall(
            design[is_nothing[series]], design[used[series] & ~is_nothing[series]]
        )
    return found


def _fall(nothing: Floats, something: Floats) -> Booleans:
    """Which points without events can fall for ever while those with events stay, and no other rises.

    A linear program: coefficients that move no point with events and raise none without, and of each of the latter
    how far it falls, at most 1, as much as possible in all.
    """
    points, coefficients = nothing.shape
    answer = linprog(
        np.concatenate([np.zeros(coefficients), -np.ones(points)]),
        A_ub=np.hstack([nothing, np.eye(points)]),
        b_ub=np.zeros(points),
        A_eq=np.hstack([something, np.zeros((len(something), points))]) if len(something) else None,
        b_eq=np.zeros(len(something)) if len(something) else None,
        bounds=[(None, None)] * coefficients + [(0, 1)] * points,
        method="highs",
    )
    if answer.status != 0:
        raise ArithmeticError("which points a trend must leave out was not found")
    return np.asarray(answer.x[coefficients:] > 0.5)
