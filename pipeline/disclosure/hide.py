"""Hiding further cells until every small count could as well be another."""

from __future__ import annotations

from itertools import chain

import numpy as np

from pipeline.disclosure.piece import HIDDEN_PRICE, Piece

# A step towards an end may cost more than changes of hidden cells, then as much as hiding some, then many.
REWARDS = (0.1, 1.0, 10.0)
FEWEST_TOGETHER = 200
LEAST_GAIN = 0.01


def hide_further(piece: Piece) -> list[int]:
    """Hides cells until each small count of a piece has both its ends; returns those that nothing protects."""
    everything = np.arange(piece.cells.size)
    # Rounded cells are many, and all may change: a price of their own keeps changes small, and programs short.
    is_free = piece.is_hidden & np.isinf(piece.most)
    piece.program.set_prices(everything, np.where(is_free, HIDDEN_PRICE, piece.costs))
    _move_together(piece)
    sensitive = piece.witnesses.sensitive
    # Those that need the largest changes first: their tables serve many others.
    order = sensitive[np.lexsort((sensitive, -piece.counts[sensitive]))]
    return [cell for cell in order.tolist() if not _find_ends(piece, cell)]


def _move_together(piece: Piece) -> None:
    """Finds tables for the ends of many small counts in one program each, as long as that protects a part of them.

    Each that waits is sent up or down by lot, as far as it has to go. At first hidden cells alone pay for a step; where
    small counts are many, few are protected so, and a step may cost more and more.
    """
    random = np.random.default_rng(0)
    waiting = _waiting(piece, piece.witnesses.sensitive.tolist())
    for reward in REWARDS:
        before = np.inf
        while FEWEST_TOGETHER <= len(waiting) < (1 - LEAST_GAIN) * before:
            before = len(waiting)
            goals = np.zeros(piece.cells.size)
            goals[waiting] = [
                _goal(piece, cell, bool(lot))
                for cell, lot in zip(waiting, random.integers(2, size=before), strict=True)
            ]
            for change in piece.program.together(goals, reward):
                piece.adopt(change)
            waiting = _waiting(piece, waiting)


def _goal(piece: Piece, cell: int, goes_down: bool) -> float:
    """By how much a small count should change to reach the end that it lacks; either, by lot, if it lacks both."""
    low, high = piece.witnesses.values(cell)
    wanted = piece.lowest_wanted(cell)
    if low > wanted and (goes_down or high >= piece.highest_wanted(cell, wanted)):
        return float(wanted - piece.counts[cell])
    return float(piece.highest_wanted(cell, low) - piece.counts[cell])


def _waiting(piece: Piece, cells: list[int]) -> list[int]:
    witnesses = piece.witnesses
    return [cell for cell in cells if not witnesses.suffice(cell, *witnesses.values(cell))]


def _find_ends(piece: Piece, cell: int) -> bool:
    for target in chain(piece.targets(cell), piece.last_targets(cell)):
        low, high = piece.witnesses.values(cell)
        if piece.witnesses.suffice(cell, low, high):
            return True
        piece.reach(cell, target(low))
    return piece.witnesses.suffice(cell, *piece.witnesses.values(cell))
