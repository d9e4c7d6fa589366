"""What a reader of a table with markers can work out of each hidden cell."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
import pandas as pd

from pipeline.disclosure.culprits import find_culprits
from pipeline.disclosure.equations import (
    DUST,
    Floats,
    check_columns,
    find_groups,
    read_cell_ids,
    read_equations,
)
from pipeline.disclosure.extremes import Extremes, NoTable
from pipeline.names import name_some


class Contradiction(ValueError):
    """No table of whole numbers agrees with what is shown; the message names relations, never a count."""


def find_intervals(
    cells: pd.DataFrame,
    relations: pd.DataFrame,
    least: float = 1.0,
    advance: Callable[[int], None] = lambda count: None,
) -> pd.DataFrame:
    """The smallest and the largest value possible in each hidden cell: cell_id, low, high (null: no limit).

    `cells` has a row a cell: cell_id, value (null where it is hidden) and, if wanted, least and most: what is known
    of a hidden cell (where null or left out: at least `least`, 1 where zeros are shown, and no most). `relations`
    as for `read_equations`. Rows are in the order of the cells. A value is possible if it stands in a table of
    whole numbers that agrees with every shown cell and every relation; both ends are such values, exactly, and
    what lies between is not asked. `advance` is told how many cells are done, now and then.
    Raises Contradiction where there is no such table, and ValueError where the frames are not as described.
    """
    check_columns(cells, ("cell_id", "value"), "cells")
    cell_ids = read_cell_ids(cells)
    values = cells["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    equations = read_equations(cell_ids, relations)
    is_hidden = np.isnan(values)
    hidden = np.flatnonzero(is_hidden)
    inside = equations[:, hidden]
    sums = -(equations[:, ~is_hidden] @ values[~is_hidden])
    relation_ids = pd.unique(relations["relation_id"])
    is_off = (np.diff(inside.indptr) == 0) & (np.abs(sums) > DUST)
    if is_off.any():
        culprit = relation_ids[np.flatnonzero(is_off)[0]]
        raise Contradiction(f"relation '{culprit}' is all shown, and its parts do not add up to its total")

    low = np.ceil(_read_known(cells, "least", float(least))[hidden])
    high = np.floor(_read_known(cells, "most", np.inf)[hidden])
    if (low > high).any():
        raise Contradiction(f"cell '{cell_ids[hidden][low > high][0]}' is at most less than it is at least")
    for group in find_groups(inside):
        rows = np.flatnonzero(np.diff(inside[:, group].indptr))
        if not rows.size:
            advance(group.size)
            continue
        part = inside[rows][:, group], sums[rows], low[group], high[group]
        try:
            low[group], high[group] = Extremes(*part).find(advance)
        except NoTable:
            culprits = relation_ids[rows[find_culprits(*part)]]
            raise Contradiction(_explain(culprits.tolist(), cell_ids[hidden[group[0]]])) from None
    return pd.DataFrame(
        {
            "cell_id": cell_ids[hidden],
            "low": pd.array(np.rint(low), dtype="Int64"),
            "high": pd.array([None if np.isinf(each) else round(each) for each in high], dtype="Int64"),
        }
    )


def _read_known(cells: pd.DataFrame, column: str, otherwise: float) -> Floats:
    known = np.full(len(cells), otherwise)
    if column in cells:
        given = cells[column].to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.where(np.isnan(given), known, given)
    return known


def _explain(relation_ids: list[Hashable], cell_id: Hashable) -> str:
    if not relation_ids:
        return f"the relations around cell '{cell_id}' hold in fractions alone, and not in whole numbers"
    named = name_some([f"'{each}'" for each in relation_ids])
    are = "relation {} does" if len(relation_ids) == 1 else "relations {} do"
    return (
        f"{are.format(named)} not hold in any table that agrees with the shown cells and the other relations"
    )
