"""Cells that say something about each other, while it is decided which of them are hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.disclosure.changes import Change, ChangeProgram
from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions
from pipeline.disclosure.system import CellSystem
from pipeline.disclosure.witnesses import Witnesses

# Beside the price of hiding a further cell (1 and more), a hidden one costs next to nothing to change.
HIDDEN_PRICE = 1e-3
Target = Callable[[float], float]


@dataclass(frozen=True, eq=False)
class Piece:
    """Cells by position in the piece; `cells` are their positions in the system. `is_hidden` and `witnesses` grow."""

    cells: Positions
    counts: Floats
    least: Floats
    most: Floats
    thresholds: Floats
    costs: Floats
    is_ours: Booleans
    is_hidden: Booleans
    program: ChangeProgram
    witnesses: Witnesses

    @property
    def is_secondary(self) -> Booleans:
        """Which cells of ours are hidden, if they are, for the sake of others alone."""
        is_small = np.zeros(self.cells.size, dtype=bool)
        is_small[self.witnesses.sensitive] = True
        return self.is_ours & ~is_small

    @property
    def loss(self) -> float:
        """What is lost by the cells that are hidden for the sake of others."""
        return float(self.costs[self.is_hidden & self.is_secondary].sum())

    @property
    def unprotected(self) -> list[int]:
        """The small counts that do not have both ends."""
        sensitive = self.witnesses.sensitive.tolist()
        return [cell for cell in sensitive if not self.witnesses.suffice(cell, *self.witnesses.values(cell))]

    def copy(self, still: Sequence[int] = ()) -> Piece:
        """The same to be changed apart, with the cells of `still` shown and no table that changes one."""
        is_hidden = self.is_hidden.copy()
        witnesses = Witnesses(self.counts, self.witnesses.sensitive, self.thresholds, self.most)
        for change in self.witnesses.needed():
            if not np.isin(change.cells, still).any():
                witnesses.add(change)
        is_hidden[list(still)] = False
        return replace(self, is_hidden=is_hidden, witnesses=witnesses)

    def adopt(self, change: Change) -> None:
        """Takes a table among the witnesses, and its mirror image where that is one; hides what it changes."""
        further = change.cells[~self.is_hidden[change.cells]]
        self.is_hidden[further] = True
        self.program.set_prices(further, np.full(further.size, HIDDEN_PRICE))
        self.witnesses.add(change)
        mirrored = self.counts[change.cells] - change.amounts
        if ((mirrored >= self.least[change.cells]) & (mirrored <= self.most[change.cells])).all():
            self.witnesses.add(-change)

    def reach(self, cell: int, target: float) -> None:
        """Adopts the cheapest table in which a small count has the value `target`, where there is one."""
        change = self.program.cheapest(cell, target - self.counts[cell])
        if change is not None:
            self.adopt(change)

    def targets(self, cell: int) -> Iterator[Target]:
        """Values to reach in turn, given the lowest reached so far: the least, then as far above as T asks."""
        if self.counts[cell] > self.lowest_wanted(cell):
            yield lambda low: min(low, self.lowest_wanted(cell))
        yield lambda low: self.highest_wanted(cell, low)

    def last_targets(self, cell: int) -> Iterator[Target]:
        """The same where the least is out of reach: first as low as it goes, and as is of use."""
        yield lambda low: max(
            self.counts[cell] - np.floor(self.program.furthest_fall(cell) + DUST),
            self.lowest_wanted(cell) - self.thresholds[cell] + 1,
        )
        yield lambda low: self.highest_wanted(cell, low)

    def lowest_wanted(self, cell: int) -> float:
        """The lowest value that a small count may have: nothing at all only beside rounded ones. Others may stay."""
        if self.counts[cell] >= self.thresholds[cell]:
            return float(self.counts[cell])
        return float(self.least[cell] if np.isfinite(self.most[cell]) else max(self.least[cell], 1.0))

    def highest_wanted(self, cell: int, low: float) -> float:
        """The value that protects a small count which can be as low as `low`, or the most it can be."""
        apart = low + self.thresholds[cell] - 1
        is_none = low <= 0 and np.isfinite(self.most[cell])
        return float(min(apart if is_none else max(apart, self.thresholds[cell]), self.most[cell]))


def make_piece(system: CellSystem, cells: Positions, is_hidden: Booleans) -> Piece:
    """The piece of a system that consists of some of its cells, all of which may move."""
    counts, least, most = system.counts[cells], system.least[cells], system.most[cells]
    sensitive = system.is_sensitive[cells]
    may_be_rest = ~system.is_ours[cells] & ~sensitive & np.isinf(most)
    return Piece(
        cells=cells,
        counts=counts,
        least=least,
        most=most,
        thresholds=system.thresholds[cells],
        costs=system.costs[cells],
        is_ours=system.is_ours[cells],
        is_hidden=is_hidden[cells],
        program=ChangeProgram(system.equations[:, cells], counts - least, most - counts, may_be_rest),
        witnesses=Witnesses(counts, np.flatnonzero(sensitive), system.thresholds[cells], most),
    )
