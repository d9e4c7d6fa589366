"""Showing again what is hidden for the sake of others and turns out not to be needed."""

from __future__ import annotations

from itertools import chain

import numpy as np

from pipeline.disclosure.piece import HIDDEN_PRICE, Piece

# The more cells, the longer a program takes: of very many, the costliest are tried.
PROGRAMS, CELLS = 10_000, 400


def show_needless(piece: Piece) -> None:
    """Shows cells of a piece again, from the costliest down, wherever each small count keeps both its ends."""
    everything = np.arange(piece.cells.size)
    piece.program.set_prices(everything, HIDDEN_PRICE * piece.costs)
    secondary = np.flatnonzero(piece.is_hidden & piece.is_secondary)
    # A program that was asked before starts where that ended.
    left = piece.program.solved + PROGRAMS * CELLS // max(piece.cells.size, 1)
    for cell in secondary[np.lexsort((secondary, -piece.costs[secondary]))].tolist():
        relying = piece.witnesses.relying_on(cell)
        if relying and piece.program.solved > left:
            continue
        piece.is_hidden[cell] = False
        piece.program.allow(piece.is_hidden)
        if not _sticks(piece, relying) and all(_can_do_without(piece, small, cell) for small in relying):
            piece.witnesses.forget(cell)
        else:
            piece.is_hidden[cell] = True


def _sticks(piece: Piece, cells: list[int]) -> bool:
    """Whether a cell that had both its ends can have no other value than its own now."""
    had_ends = [cell for cell in cells if piece.witnesses.suffice(cell, *piece.witnesses.values(cell))]
    return bool(had_ends) and bool(piece.program.find_stuck()[had_ends].any())


def _can_do_without(piece: Piece, small: int, cell: int) -> bool:
    """Whether a small count has both ends in tables that leave a cell as it is; finds them where it can."""
    was_protected = piece.witnesses.suffice(small, *piece.witnesses.values(small))
    for target in chain(piece.targets(small), piece.last_targets(small)):
        low, high = piece.witnesses.values_without(small, cell)
        if piece.witnesses.suffice(small, low, high):
            return True
        piece.reach(small, target(low))
    # What nothing protects loses nothing.
    return not was_protected or piece.witnesses.suffice(small, *piece.witnesses.values_without(small, cell))
