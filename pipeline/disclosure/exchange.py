"""Exchanging cells that are hidden for the sake of others for cheaper ones, in pieces small enough for many tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pipeline.disclosure.equations import Booleans, Positions
from pipeline.disclosure.hide import hide_further
from pipeline.disclosure.piece import Piece
from pipeline.disclosure.show_again import show_needless

# Each try is some programs over all cells of a piece: of more cells than that, they would take too long.
MOST_CELLS = 300
# How many programs are solved for the sake of a smaller loss, at most, in all pieces of a publication together.
PROGRAMS = 6_000
# From how many starts, and how many cells are shown for one.
STARTS, SHOWN = 8, 3


def exchange(piece: Piece, programs: int) -> Piece:
    """The piece with less lost, or as it is where no exchange that was tried loses less.

    Local search: one cell at a time is shown, whatever takes its place, from the costliest down, and one at a time is
    hidden, whatever it makes needless, from the cheapest up, until neither helps. Then the same from other starts: a
    few cells drawn by lot are shown. Every try keeps both ends of each small count that had them. The search ends when
    `programs` were solved for it.
    """
    until = piece.program.solved + programs
    random = np.random.default_rng(0)
    best = _search(piece, until)
    for _ in range(STARTS):
        if piece.program.solved >= until:
            break
        secondary = _by_cost(best, best.is_hidden)
        shown = random.choice(secondary, min(SHOWN, secondary.size), replace=False)
        for other in _without(best, *shown.tolist()):
            best = min(best, _search(other, until), key=_loss)
    return best


def _search(piece: Piece, until: int) -> Piece:
    loss = np.inf
    while _loss(piece) < loss:
        loss = _loss(piece)
        for cell in _by_cost(piece, piece.is_hidden)[::-1].tolist():
            if piece.is_hidden[cell] and piece.program.solved < until:
                piece = min([piece, *_without(piece, cell)], key=_loss)
        for cell in _by_cost(piece, ~piece.is_hidden & piece.program.can_join(piece.is_hidden)).tolist():
            if not piece.is_hidden[cell] and piece.program.solved < until:
                piece = min(piece, _with(piece, cell), key=_loss)
    return piece


def _loss(piece: Piece) -> float:
    # Sums of the same in another order differ by dust.
    return round(piece.loss, 6)


def _by_cost(piece: Piece, among: Booleans) -> Positions:
    cells = np.flatnonzero(among & piece.is_secondary)
    return cells[np.lexsort((cells, piece.costs[cells]))]


def _without(piece: Piece, *cells: int) -> Iterator[Piece]:
    """The piece with cells shown and others hidden instead, if others can."""
    tried = piece.copy(still=cells)
    may_move = np.ones(piece.cells.size, dtype=bool)
    may_move[list(cells)] = False
    piece.program.allow(may_move)
    if set(hide_further(tried)) <= set(piece.unprotected):
        show_needless(tried)
        yield tried


def _with(piece: Piece, cell: int) -> Piece:
    """The piece with a further cell hidden, and what that makes needless shown."""
    tried = piece.copy()
    tried.is_hidden[cell] = True
    # As if it were for nothing, it is used where it can be, and is the last to be shown again.
    free = tried.costs.copy()
    free[cell] = 0.0
    show_needless(replace(tried, costs=free))
    return tried
