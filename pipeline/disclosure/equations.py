"""The relations between cells as equations, checked once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Positions = NDArray[np.intp]

# Solvers and sums give fractions of this size for whole numbers.
DUST = 1e-6


def read_equations(cell_ids: pd.Index, relations: pd.DataFrame) -> csr_array:
    """One row a relation, one column a cell: the parts' coefficients, and -1 for the total; each row is 0.

    `relations` has a row a part: relation_id, total_cell, part_cell and, if wanted, coefficient (1 where null or
    left out). A cell may be the total of several relations and a part of many. Raises ValueError, naming the
    relation or the cell, where a cell is unknown or a relation has two totals, itself as a part, or a part twice.
    """
    check_columns(relations, ("relation_id", "total_cell", "part_cell"), "relations")
    relation, relation_ids = pd.factorize(relations["relation_id"])
    if (relation < 0).any():
        raise ValueError("relations.relation_id must not be null")
    total = _find_cells(relations, "total_cell", cell_ids)
    part = _find_cells(relations, "part_cell", cell_ids)
    coefficient = _read_coefficients(relations)

    total_of_relation = np.zeros(len(relation_ids), dtype=np.intp)
    total_of_relation[relation] = total
    _refuse(total_of_relation[relation] != total, relation, relation_ids, "must have one total")
    _refuse(part == total, relation, relation_ids, "must not have its total among its parts")
    is_repeated = pd.DataFrame({"relation": relation, "part": part}).duplicated().to_numpy()
    _refuse(is_repeated, relation, relation_ids, "must name each part once")

    numbers = np.concatenate([coefficient, np.full(len(relation_ids), -1.0)])
    rows = np.concatenate([relation, np.arange(len(relation_ids))])
    columns = np.concatenate([part, total_of_relation])
    return csr_array((numbers, (rows, columns)), shape=(len(relation_ids), len(cell_ids)))


def find_groups(equations: csr_array) -> list[Positions]:
    """The cells (columns) that say something about each other, directly or through others: each group in order."""
    # Cells beside relations: cells beside cells would be as many as the parts of a relation squared.
    beside = block_array([[None, equations.T], [equations, None]])
    _, group = connected_components(beside, directed=False)
    group = group[: equations.shape[1]]
    by_group = np.argsort(group, kind="stable")
    return np.split(by_group, np.flatnonzero(np.diff(group[by_group])) + 1) if group.size else []


def read_cell_ids(cells: pd.DataFrame) -> pd.Index:
    """The identifiers of the cells; raises ValueError where one is null or stands twice."""
    check_columns(cells, ("cell_id",), "cells")
    cell_ids = pd.Index(cells["cell_id"], name="cell_id")
    if cell_ids.hasnans:
        raise ValueError("cells.cell_id must not be null")
    if not cell_ids.is_unique:
        raise ValueError(f"cells.cell_id must be unique, and '{cell_ids[cell_ids.duplicated()][0]}' is not")
    return cell_ids


def check_columns(frame: pd.DataFrame, needed: tuple[str, ...], name: str) -> None:
    """Raises ValueError for the first column that is not there."""
    missing = [column for column in needed if column not in frame]
    if missing:
        raise ValueError(f"{name} must have the column {missing[0]}")


def _read_coefficients(relations: pd.DataFrame) -> Floats:
    if "coefficient" not in relations:
        return np.ones(len(relations))
    coefficient = pd.to_numeric(relations["coefficient"]).fillna(1.0).to_numpy(dtype=np.float64)
    if (coefficient == 0).any() or np.isinf(coefficient).any():
        raise ValueError("relations.coefficient must be finite and not 0")
    return coefficient


def _find_cells(relations: pd.DataFrame, column: str, cell_ids: pd.Index) -> Positions:
    positions = cell_ids.get_indexer(pd.Index(relations[column]))
    if (positions < 0).any():
        stranger = relations[column].to_numpy()[positions < 0][0]
        raise ValueError(f"relations.{column} must name a cell, and '{stranger}' is none")
    return positions


def _refuse(is_wrong: Booleans, relation: Positions, relation_ids: pd.Index, expectation: str) -> None:
    if is_wrong.any():
        raise ValueError(f"relation '{relation_ids[relation[is_wrong][0]]}' {expectation}")
