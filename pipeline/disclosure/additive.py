"""Cells and the sums that tie them together, checked once and turned into positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class AdditiveCells:
    """Cells by position, and the entries of the sums: one a part, and one a total, of each relation.

    `counts` and `thresholds` are nan where null; `costs` is a rank of the cells, dearest last, without ties.
    The entries are in order of relation, its parts from cheap to dear, then its total.
    """

    cell_ids: pd.Index
    counts: Floats
    thresholds: Floats
    costs: Positions
    relation_count: int
    entry_relation: Positions
    entry_cell: Positions
    entry_is_total: Booleans


def read_additive_cells(cells: pd.DataFrame, relations: pd.DataFrame) -> AdditiveCells:
    """The cells and relations of `choose_suppressed` as arrays; raises ValueError where they contradict.

    The message names a cell or a relation, never a count.
    """
    _check_columns(cells, ("cell_id", "count", "threshold"), "cells")
    _check_columns(relations, ("relation_id", "total_cell", "part_cell"), "relations")
    cell_ids = pd.Index(cells["cell_id"], name="cell_id")
    if cell_ids.hasnans:
        raise ValueError("cells.cell_id must not be null")
    if not cell_ids.is_unique:
        raise ValueError(f"cells.cell_id must be unique, and '{cell_ids[cell_ids.duplicated()][0]}' is not")
    counts = _read_numbers(cells, "count", cell_ids)
    thresholds = _read_numbers(cells, "threshold", cell_ids)
    cost = counts
    if "cost" in cells:
        given = _read_numbers(cells, "cost", cell_ids)
        cost = np.where(np.isnan(given), counts, given)

    # Among equals the identifier decides, so that the order of the rows does not.
    order_of_ids = np.empty(cell_ids.size, dtype=np.intp)
    order_of_ids[cell_ids.argsort()] = np.arange(cell_ids.size)
    costs = np.empty(cell_ids.size, dtype=np.intp)
    costs[np.lexsort((order_of_ids, counts, cost))] = np.arange(cell_ids.size)

    relation, relation_ids = pd.factorize(relations["relation_id"])
    if (relation < 0).any():
        raise ValueError("relations.relation_id must not be null")
    total = _find_cells(relations, "total_cell", cell_ids)
    part = _find_cells(relations, "part_cell", cell_ids)

    total_of_relation = np.zeros(len(relation_ids), dtype=np.intp)
    total_of_relation[relation] = total
    _refuse(total_of_relation[relation] != total, relation, relation_ids, "must have one total")
    _refuse(part == total, relation, relation_ids, "must not have its total among its parts")
    is_repeated = pd.DataFrame({"relation": relation, "part": part}).duplicated().to_numpy()
    _refuse(is_repeated, relation, relation_ids, "must name each part once")

    sums = np.bincount(relation, weights=counts[part], minlength=len(relation_ids))
    totals = counts[total_of_relation]
    # A sum with a null in it is nan, and is not judged.
    is_off = np.abs(sums - totals) > 1e-6 * np.maximum(1.0, np.abs(totals))
    _refuse(is_off[relation], relation, relation_ids, "must have parts that add up to its total")

    entry_relation = np.concatenate([relation, np.arange(len(relation_ids))]).astype(np.intp)
    entry_cell = np.concatenate([part, total_of_relation]).astype(np.intp)
    entry_is_total = np.arange(entry_cell.size) >= part.size
    order = np.lexsort((costs[entry_cell], entry_is_total, entry_relation))
    return AdditiveCells(
        cell_ids=cell_ids,
        counts=counts,
        thresholds=thresholds,
        costs=costs,
        relation_count=len(relation_ids),
        entry_relation=entry_relation[order],
        entry_cell=entry_cell[order],
        entry_is_total=entry_is_total[order],
    )


def _check_columns(frame: pd.DataFrame, needed: tuple[str, ...], name: str) -> None:
    missing = [column for column in needed if column not in frame]
    if missing:
        raise ValueError(f"{name} must have the column {missing[0]}")


def _read_numbers(cells: pd.DataFrame, column: str, cell_ids: pd.Index) -> Floats:
    try:
        numbers = cells[column].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"cells.{column} must be numbers, or null") from None
    is_wrong = (numbers < 0) | np.isinf(numbers)
    if is_wrong.any():
        culprit = cell_ids[is_wrong][0]
        raise ValueError(f"cells.{column} must be finite and not negative, and '{culprit}' is not")
    return numbers


def _find_cells(relations: pd.DataFrame, column: str, cell_ids: pd.Index) -> Positions:
    positions = cell_ids.get_indexer(pd.Index(relations[column]))
    if (positions < 0).any():
        stranger = relations[column].to_numpy()[positions < 0][0]
        raise ValueError(f"relations.{column} must name a cell, and '{stranger}' is none")
    return positions


def _refuse(is_wrong: Booleans, relation: Positions, relation_ids: pd.Index, expectation: str) -> None:
    if is_wrong.any():
        raise ValueError(f"relation '{relation_ids[relation[is_wrong][0]]}' {expectation}")
