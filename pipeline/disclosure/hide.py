"""Hiding further cells until every small count could as well be another."""

from __future__ import annotations

from itertools import chain

import numpy as np

from pipeline.disclosure.piece import HIDDEN_PRICE, Piece


def hide_further(piece: Piece) -> list[int]:
    """Hides cells until each small count of a piece has both its ends; returns those that nothing protects."""
    everything = np.arange(piece.cells.size)
    piece.program.set_prices(everything, np.where(piece.is_hidden, HIDDEN_PRICE, piece.costs))
    sensitive = piece.witnesses.sensitive
    # Those that need the largest changes first: their tables serve many others.
    order = sensitive[np.lexsort((sensitive, -piece.counts[sensitive]))]
    return [cell for cell in order.tolist() if not _find_ends(piece, cell)]


def _find_ends(piece: Piece, cell: int) -> bool:
    for target in chain(piece.targets(cell), piece.last_targets(cell)):
        low, high = piece.witnesses.values(cell)
        if piece.witnesses.suffice(cell, low, high):
            return True
        piece.reach(cell, target(low))
    return piece.witnesses.suffice(cell, *piece.witnesses.values(cell))
