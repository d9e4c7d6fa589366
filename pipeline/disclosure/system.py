"""The cells of a publication, what may be done with each, and the equations between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.disclosure.equations import (
    DUST,
    Booleans,
    Floats,
    Positions,
    check_columns,
    find_groups,
    read_cell_ids,
    read_equations,
)

# What a cell is to the reader of a publication.
OURS = "ours"  # published here: shown, or hidden under a marker
KNOWN = "known"  # a constant: openly published by others, or shown by an earlier release
MARKED = "marked"  # hidden under a marker by an earlier release: stays hidden
REMAINDER = "remainder"  # published by nobody, and worked out from what is: a total less its parts
ROUNDED = "rounded"  # shown as a multiple of a base beside it, here or by an earlier release: never hidden
ROLES = (OURS, KNOWN, MARKED, REMAINDER, ROUNDED)


@dataclass(frozen=True, eq=False)
class CellSystem:
    """Cells by position, in an order that depends on what they are and not on what they are called.

    counts are not negative, and whole in all cells that can move; thresholds nan where nothing is sensitive; `least`
    and `most` are what a reader knows of a cell that is not shown as it is: 1 or more under a marker, since zeros are
    shown, 0 or more of a remainder, and what is near enough to a rounded one; costs are what hiding loses.
    """

    cell_ids: pd.Index
    counts: Floats
    thresholds: Floats
    least: Floats
    most: Floats
    costs: Floats
    is_ours: Booleans
    is_movable: Booleans
    must_vary: Booleans
    equations: csr_array

    @property
    def is_sensitive(self) -> Booleans:
        """Whether each cell is to be protected: a count over 0 and under its threshold, or one that must vary."""
        is_small = (self.counts > 0) & (self.counts < self.thresholds)
        return self.is_movable & (is_small | self.must_vary)


def read_system(cells: pd.DataFrame, relations: pd.DataFrame) -> CellSystem:
    """The cells and relations of `choose_suppressed` as arrays; raises ValueError where they contradict.

    The message names a cell or a relation, never a count.
    """
    check_columns(cells, ("cell_id", "count", "threshold"), "cells")
    cell_ids = read_cell_ids(cells)
    counts = _read_numbers(cells, "count", cell_ids)
    thresholds = _read_numbers(cells, "threshold", cell_ids)
    role = (
        cells["role"].to_numpy(dtype=object) if "role" in cells else np.full(len(cells), OURS, dtype=object)
    )
    strange = ~np.isin(role, ROLES)
    if strange.any():
        raise ValueError(f"cells.role must be one of {', '.join(ROLES)}, and '{role[strange][0]}' is none")
    costs = np.log1p(counts) + 1
    if "cost" in cells:
        given = _read_numbers(cells, "cost", cell_ids)
        costs = np.where(np.isnan(given), costs, given)
    # Without a threshold a cell is open to all; zeros are shown, and a remainder of nothing hides nothing. A rounded
    # zero may be more than it looks.
    is_known = (role == KNOWN) | np.isnan(thresholds) | ((counts == 0) & (role != ROUNDED))
    is_broken = np.isnan(counts) | (~is_known & (counts % 1 != 0))
    if is_broken.any():
        raise ValueError(f"cells.count must be whole, and '{cell_ids[is_broken][0]}' is not")
    least = _read_limits(cells, "least", np.where(np.isin(role, (REMAINDER, ROUNDED)), 0.0, 1.0), cell_ids)
    most = _read_limits(cells, "most", np.full(len(cells), np.inf), cell_ids)
    is_out = ~is_known & ((counts < least) | (counts > most))
    if is_out.any():
        raise ValueError(
            f"cells.least and most must hold the count, and of '{cell_ids[is_out][0]}' they do not"
        )
    must_vary = np.zeros(len(cells), dtype=bool)
    if "must_vary" in cells:
        must_vary = cells["must_vary"].to_numpy(dtype=bool) & ~is_known
    equations = read_equations(cell_ids, relations)
    _check_sums(equations, counts, relations)

    order, rows = _order(
        equations,
        np.column_stack([counts, thresholds, costs, least, most, is_known + 2.0 * must_vary]),
        cell_ids,
    )
    return CellSystem(
        cell_ids=cell_ids[order],
        counts=counts[order],
        thresholds=thresholds[order],
        least=least[order],
        most=most[order],
        costs=costs[order],
        is_ours=((role == OURS) & ~is_known)[order],
        is_movable=~is_known[order],
        must_vary=must_vary[order],
        equations=equations[rows][:, order],
    )


def find_components(system: CellSystem, may_move: Booleans) -> list[Positions]:
    """The cells that may move and say something about each other: each group that has a sensitive cell."""
    moving = np.flatnonzero(may_move)
    groups = find_groups(system.equations[:, moving])
    is_sensitive = system.is_sensitive
    return [moving[group] for group in groups if is_sensitive[moving[group]].any()]


def _read_numbers(cells: pd.DataFrame, column: str, cell_ids: pd.Index) -> Floats:
    try:
        numbers = cells[column].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"cells.{column} must be numbers, or null") from None
    is_wrong = (numbers < 0) | np.isinf(numbers)
    if is_wrong.any():
        raise ValueError(
            f"cells.{column} must be finite and not negative, and '{cell_ids[is_wrong][0]}' is not"
        )
    return numbers


def _read_limits(cells: pd.DataFrame, column: str, otherwise: Floats, cell_ids: pd.Index) -> Floats:
    if column not in cells:
        return otherwise
    given = _read_numbers(cells, column, cell_ids)
    return np.where(np.isnan(given), otherwise, given)


def _check_sums(equations: csr_array, counts: Floats, relations: pd.DataFrame) -> None:
    is_off = np.abs(equations @ counts) > DUST * np.maximum(1.0, abs(equations) @ counts)
    if is_off.any():
        culprit = pd.unique(relations["relation_id"])[np.flatnonzero(is_off)[0]]
        raise ValueError(f"relation '{culprit}' must have parts that add up to its total")


def _order(equations: csr_array, facts: Floats, cell_ids: pd.Index) -> tuple[Positions, Positions]:
    """The order of the cells and of the equations, by colour; the identifier decides among equals.

    The colour of a cell is what it is, then what it stands beside, a few steps far (Weisfeiler and Leman's
    refinement): whoever calls the areas otherwise, or lists them otherwise, hides the same cells.
    """
    entries = equations.tocoo()
    rows, columns = entries.coords
    weight = _mix(entries.data.view(np.uint64))
    colour = np.zeros(len(cell_ids), dtype=np.uint64)
    for fact in facts.T:
        colour = _mix(colour ^ np.ascontiguousarray(fact + 0.0).view(np.uint64))
    of_row = np.zeros(equations.shape[0], dtype=np.uint64)
    for _ in range(4):
        of_row[:] = 0
        np.add.at(of_row, rows, _mix(colour[columns] ^ weight))
        beside = np.zeros_like(colour)
        np.add.at(beside, columns, _mix(of_row[rows] ^ weight))
        colour = _mix(colour ^ _mix(beside))
    name = np.empty(len(cell_ids), dtype=np.intp)
    name[cell_ids.argsort()] = np.arange(len(cell_ids))
    order = np.lexsort((name, colour))
    first = np.full(equations.shape[0], len(order), dtype=np.intp)
    np.minimum.at(first, rows, np.argsort(order)[columns])
    return order, np.lexsort((first, of_row))


def _mix(bits: np.ndarray) -> np.ndarray:
    """A well-mixed 64-bit word for each (the finaliser of SplitMix64)."""
    word = bits + np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))
