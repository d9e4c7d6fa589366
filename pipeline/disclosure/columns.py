"""What can change of a table: cells that change alike as one, and rests not at all, since they follow from others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.equations import Booleans, Floats, Positions


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a program in place of cells.

    `column` is that of each cell, -1 of a rest; `spread` has a row a cell: by how much it changes with each column.
    `equations` are what is left to fulfil, in columns. `is_rest` says which cells follow from the others.
    """

    column: Positions
    spread: csr_array
    equations: csr_array
    is_rest: Booleans

    @property
    def size(self) -> int:
        """How many columns there are."""
        return int(self.spread.shape[1])

    def column_of(self, cell: int) -> int:
        """The column of a cell that is no rest."""
        column = int(self.column[cell])
        assert column >= 0, "a rest follows from others: nothing is asked about it"
        return column

    def least_of(self, values: Floats) -> Floats:
        """The least of its cells' values, by column."""
        least = np.full(self.size, np.inf)
        np.minimum.at(least, self.column[~self.is_rest], values[~self.is_rest])
        return least

    def sum_of(self, values: Floats) -> Floats:
        """The sum of its cells' values, by column."""
        total: Floats = np.zeros(self.size)
        np.add.at(total, self.column[~self.is_rest], values[~self.is_rest])
        return total


def read_columns(equations: csr_array, may_be_rest: Booleans) -> Columns:
    """The columns of equations whose sums are 0: one row an equation, one column a cell.

    A rest is a cell of `may_be_rest` that stands in one equation alone, of which it takes what the others leave: a
    whole number wherever they are. Cells of an equation of two that are equal are alike.
    """
    equations = equations[np.flatnonzero(np.diff(equations.indptr))]
    rests, rows = _find_rests(equations, may_be_rest)
    is_rest = np.zeros(may_be_rest.size, dtype=bool)
    is_rest[rests] = True
    kept = np.ones(equations.shape[0], dtype=bool)
    kept[rows] = False
    others = equations[np.flatnonzero(kept)]
    alike = connected_components(_pairs(others), directed=False)[1]
    column = np.full(is_rest.size, -1, dtype=np.intp)
    column[~is_rest] = np.unique(alike[~is_rest], return_inverse=True)[1]
    cells = np.flatnonzero(~is_rest)
    size = int(column.max(initial=-1)) + 1
    together = csr_array((np.ones(cells.size), (cells, column[cells])), shape=(is_rest.size, size))
    # What a rest's equation leaves of it: the sum of the others, by its own sign.
    signs = np.asarray(equations[rows, rests]).ravel() if rows.size else np.zeros(0)
    left = (equations[rows] @ together).tocoo()
    row, at = left.coords
    following = coo_array((-left.data / signs[row], (rests[row], at)), shape=together.shape)
    remaining = csr_array(others @ together)
    remaining.data[np.abs(remaining.data) < 1e-12] = 0.0
    remaining.eliminate_zeros()
    return Columns(
        column, csr_array(together + following), remaining[np.flatnonzero(np.diff(remaining.indptr))], is_rest
    )


def _find_rests(equations: csr_array, may_be_rest: Booleans) -> tuple[Positions, Positions]:
    """The rests and their equations: one an equation, whose coefficients are whole."""
    is_whole = np.ones(equations.shape[0], dtype=bool)
    is_whole[equations.tocoo().coords[0][equations.data % 1 != 0]] = False
    by_cell = equations.tocsc()
    is_single = may_be_rest & (np.diff(by_cell.indptr) == 1)
    cells = np.flatnonzero(is_single)
    at = by_cell.indptr[cells]
    fits = (np.abs(by_cell.data[at]) == 1) & is_whole[by_cell.indices[at]]
    cells, at = cells[fits], at[fits]
    rows, first = np.unique(by_cell.indices[at], return_index=True)
    return cells[first], rows.astype(np.intp)


def _pairs(equations: csr_array) -> coo_array:
    """The cells that equations of two say are equal, beside each other."""
    two = np.flatnonzero(np.diff(equations.indptr) == 2)
    start = equations.indptr[two]
    equal = equations.data[start] == -equations.data[start + 1]
    one, other = equations.indices[start[equal]], equations.indices[start[equal] + 1]
    size = equations.shape[1]
    return coo_array((np.ones(one.size), (one, other)), shape=(size, size))
