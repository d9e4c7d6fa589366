"""Which cells to hide, and the proof that what is hidden stays hidden."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from pipeline.disclosure.at_once import at_once
from pipeline.disclosure.changes import Change
from pipeline.disclosure.equations import Booleans, Positions
from pipeline.disclosure.exchange import MOST_CELLS, PROGRAMS, exchange
from pipeline.disclosure.hide import hide_further
from pipeline.disclosure.piece import Piece, make_piece
from pipeline.disclosure.show_again import show_needless
from pipeline.disclosure.system import CellSystem, find_components, read_system


@dataclass(frozen=True, eq=False)
class Protection:
    """What is hidden, and the witnesses of it.

    is_hidden: booleans by cell_id, in the order of the cells. `ends` has a row a small count: cell_id, low,
    low_table, high, high_table. `tables` has a row a cell in which a table differs from the true one: table_id,
    cell_id, change; the true table, 0, has none. `unprotected` are small counts that no hiding protects.
    """

    is_hidden: pd.Series[bool]
    ends: pd.DataFrame
    tables: pd.DataFrame
    unprotected: list[Hashable]


def choose_suppressed(
    cells: pd.DataFrame, relations: pd.DataFrame, before: Protection | None = None
) -> Protection:
    """Hides small counts, and as little else as is found, so that each could as well be another: see Protection.

    `cells` has a row a cell: cell_id; count (whole, 0 or more); threshold T (a count over 0 and under it is
    small; null = open to all); and, if wanted, role (`ours` where left out; see system.ROLES), cost (what
    hiding the cell loses; log(1 + count) + 1 where null or left out) and must_vary (true of a count that is hidden and
    protected as a small one is, whatever it is). `relations` as for `read_equations`. Contradictions raise ValueError.

    For every small count two whole values at least T - 1 apart stay possible, one of them at or above T, each
    shown by a table of whole numbers that agrees with everything shown, with at least 1 under each marker. First
    the cheapest change that takes each small count to each end is found by a linear program, in which cells that
    are hidden already cost next to nothing; then, from the costliest down, each cell that is hidden for another's
    sake is shown again if other tables can do without it. The order of rows changes nothing.

    `before` is a choice for the same cells when less was asked: it is begun from there.
    """
    system = read_system(cells, relations)
    is_hidden = (system.is_movable & ~system.is_ours) | system.is_sensitive
    earlier: list[Change] = []
    if before is not None:
        is_hidden |= system.is_movable & before.is_hidden.reindex(system.cell_ids).to_numpy(dtype=bool)
        earlier = _read_changes(system, before.tables)
    pieces = _begin(system, find_components(system, system.is_movable), is_hidden, earlier)
    small = [piece for piece in pieces if piece.cells.size <= MOST_CELLS]
    large = [[piece] for piece in pieces if piece.cells.size > MOST_CELLS]
    unprotected, changes = [], []
    for piece, open_cells in chain.from_iterable(at_once(_protect, [*large, small])):
        unprotected += [system.cell_ids[piece.cells[cell]] for cell in open_cells]
        is_hidden[piece.cells] = piece.is_hidden
        changes += [
            Change(piece.cells[each.cells], each.amounts) for each in piece.witnesses.changes[1:] if each
        ]
    # What is shown ties nothing together: the hidden cells fall into many more, and smaller, pieces.
    pieces = _begin(system, find_components(system, is_hidden), is_hidden, changes)
    at_once(show_needless, pieces)
    for piece in pieces:
        is_hidden[piece.cells] = piece.is_hidden
    chosen = pd.Series(is_hidden, index=system.cell_ids, name="is_hidden").reindex(pd.Index(cells["cell_id"]))
    return Protection(chosen, *_describe(system, pieces), unprotected)


def _begin(
    system: CellSystem, groups: list[Positions], is_hidden: Booleans, changes: list[Change]
) -> list[Piece]:
    """The pieces of a system, each with the changes that are inside it as its first witnesses."""
    pieces = []
    for group, inside in zip(groups, _within(changes, groups, is_hidden.size), strict=True):
        piece = make_piece(system, group, is_hidden)
        for change in inside:
            piece.witnesses.add(change)
        pieces.append(piece)
    return pieces


def _protect(pieces: list[Piece]) -> list[tuple[Piece, list[int]]]:
    """Each piece with its small counts protected, and those of them that nothing protects.

    Exchanges in small pieces spend PROGRAMS together, in the order of the pieces.
    """
    found, programs = [], PROGRAMS
    for piece in pieces:
        open_cells = hide_further(piece)
        chosen = piece
        if piece.cells.size <= MOST_CELLS:
            show_needless(piece)
            solved = piece.program.solved
            chosen = exchange(piece, programs)
            programs -= chosen.program.solved - solved
        found.append((chosen, open_cells))
    return found


def _read_changes(system: CellSystem, tables: pd.DataFrame) -> list[Change]:
    """The tables of a `Protection` that change nothing but what may still move, by position in the system."""
    positions = system.cell_ids.get_indexer(pd.Index(tables["cell_id"]))
    ends = np.flatnonzero(np.diff(tables["table_id"].to_numpy())) + 1
    amounts = tables["change"].to_numpy(float)
    return [
        Change(cells, changes)
        for cells, changes in zip(np.split(positions, ends), np.split(amounts, ends), strict=True)
        if system.is_movable[cells].all()
    ]


def _within(changes: list[Change], groups: list[Positions], size: int) -> list[list[Change]]:
    """What changes do to the cells of each group, by position in it; each adds up there by itself."""
    group_of, position = np.full(size, -1, dtype=np.intp), np.zeros(size, dtype=np.intp)
    for number, group in enumerate(groups):
        group_of[group], position[group] = number, np.arange(group.size)
    inside: list[list[Change]] = [[] for _ in groups]
    for change in changes:
        among = group_of[change.cells]
        for number in np.unique(among[among >= 0]).tolist():
            at = among == number
            inside[number].append(Change(position[change.cells[at]], change.amounts[at]))
    return inside


def _describe(system: CellSystem, pieces: list[Piece]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ends and the tables of all pieces, with cells by name and tables numbered from 1."""
    ends: list[tuple] = []
    tables: list[tuple] = []
    for piece in pieces:
        names = system.cell_ids[piece.cells]
        number = {0: 0}
        for cell in piece.witnesses.sensitive.tolist():
            for table in piece.witnesses.tables(cell):
                if table not in number:
                    number[table] = len(tables) + 1
                    change = piece.witnesses.changes[table]
                    assert change is not None, "an end is shown by a table that died"
                    tables.append((names[change.cells], change.amounts))
            (low, high), (low_table, high_table) = piece.witnesses.values(cell), piece.witnesses.tables(cell)
            ends.append((names[cell], low, number[low_table], high, number[high_table]))
    rows = [
        (number, cell, change)
        for number, (cells, amounts) in enumerate(tables, start=1)
        for cell, change in zip(cells, amounts, strict=True)
    ]
    return (
        pd.DataFrame(ends, columns=["cell_id", "low", "low_table", "high", "high_table"]),
        pd.DataFrame(rows, columns=["table_id", "cell_id", "change"]),
    )
