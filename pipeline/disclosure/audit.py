"""What can still be worked out exactly from tables with hidden cells."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.additive import Booleans, Floats, Positions, read_additive_cells


def exactly_recoverable(
    cells: pd.DataFrame, hidden: pd.Series[bool], relations: pd.DataFrame
) -> list[Hashable]:
    """The hidden cells, in the order of `cells`, that have the same count in every table that could be meant.

    `cells` and `relations` as for `choose_suppressed`; `hidden` has a boolean a cell_id. The tables that
    could be meant: whole numbers, equal to what is shown, adding up, 1 or more where hidden (zeros are
    shown), 0 or more where the count is null. Two questions a cell, each to a solver of whole-number
    programs: is there such a table in which it is larger, or smaller? Counts that are not whole, a hidden
    zero, and cells that `hidden` does not know raise ValueError.

    For tests, and to say honestly what the row-and-column rule leaves. Meant for small tables: there is no
    limit on how long a solver may take. It is not the proof that a publication needs: it knows nothing of
    earlier releases or of rates, and says nothing of cells confined to two or three values.
    """
    table = read_additive_cells(cells, relations)
    is_hidden = hidden.reindex(table.cell_ids)
    if is_hidden.isna().any():
        silent = is_hidden.index[is_hidden.isna()][0]
        raise ValueError(f"hidden must say yes or no for each cell, and says nothing of '{silent}'")
    hides = is_hidden.to_numpy(dtype=bool)
    is_known = ~np.isnan(table.counts)
    if np.any(table.counts[is_known] % 1 != 0):
        raise ValueError("counts must be whole to be audited")
    if np.any(hides & (table.counts == 0)):
        raise ValueError("zeros are shown, so none may be hidden")

    unknown = np.flatnonzero(hides | ~is_known)
    column = np.full(table.counts.size, -1, dtype=np.intp)
    column[unknown] = np.arange(unknown.size)
    sign = np.where(table.entry_is_total, -1.0, 1.0)
    is_unknown = column[table.entry_cell] >= 0
    shown_entries = -sign[~is_unknown] * table.counts[table.entry_cell[~is_unknown]]
    sums = np.zeros(table.relation_count)
    np.add.at(sums, table.entry_relation[~is_unknown], shown_entries)
    equations = csr_array(
        (
            sign[is_unknown],
            (table.entry_relation[is_unknown], column[table.entry_cell[is_unknown]]),
        ),
        shape=(table.relation_count, unknown.size),
    )
    asked = hides[unknown]
    recoverable = _fixed_columns(equations, sums, asked.astype(float), table.counts[unknown], asked)
    return list(table.cell_ids[unknown[recoverable]])


def _fixed_columns(
    equations: csr_array, sums: Floats, least: Floats, truth: Floats, asked: Booleans
) -> Positions:
    """The columns asked about that have their true value in every whole solution of the equations."""
    # Cells that share no equation, directly or through others, say nothing about each other.
    _, component = connected_components(equations.T @ equations, directed=False)
    by_component = np.argsort(component, kind="stable")
    fixed: list[Positions] = []
    for columns in np.split(by_component, np.flatnonzero(np.diff(component[by_component])) + 1):
        if not asked[columns].any():
            continue
        part = equations[:, columns]
        rows = np.flatnonzero(np.diff(part.indptr))
        inside = _fixed_in_component(part[rows], sums[rows], least[columns], truth[columns], asked[columns])
        fixed.append(columns[inside])
    return np.sort(np.concatenate(fixed)) if fixed else np.zeros(0, dtype=np.intp)


def _fixed_in_component(
    equations: csr_array, sums: Floats, least: Floats, truth: Floats, asked: Booleans
) -> Positions:
    undecided = asked.copy()
    fixed = np.zeros(asked.size, dtype=bool)
    while undecided.any():
        at = int(np.flatnonzero(undecided)[0])
        undecided[at] = False
        other = _solution_with(equations, sums, least, at, at_least=truth[at] + 1)
        if other is None and truth[at] > least[at]:
            other = _solution_with(equations, sums, least, at, at_most=truth[at] - 1)
        if other is None:
            fixed[at] = True
        else:
            # One other table answers for all cells in which it differs.
            undecided &= other == truth
    return np.flatnonzero(fixed)


def _solution_with(
    equations: csr_array,
    sums: Floats,
    least: Floats,
    at: int,
    *,
    at_least: float = 0.0,
    at_most: float = np.inf,
) -> Floats | None:
    """A whole solution with one column between two bounds, or None where there is none."""
    lowest, highest = least.copy(), np.full(least.shape, np.inf)
    lowest[at], highest[at] = max(at_least, least[at]), at_most
    constraints = [LinearConstraint(equations, sums, sums)] if equations.shape[0] else []
    answer = milp(
        np.zeros(least.size),
        integrality=np.ones(least.size),
        bounds=Bounds(lowest, highest),
        constraints=constraints,
    )
    if answer.status == 2:
        return None
    if answer.status != 0:
        raise RuntimeError(f"the solver gave no answer: {answer.message}")
    whole = np.rint(answer.x)
    if np.any(equations @ whole != sums) or np.any(whole < lowest) or np.any(whole > highest):
        raise RuntimeError("the solver's answer is no table of whole numbers")
    return whole
