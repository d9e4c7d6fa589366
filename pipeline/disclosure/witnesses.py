"""Tables that could as well be the true one, and how far apart they show each small count to be possible."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import ArrayLike

from pipeline.disclosure.changes import Change
from pipeline.disclosure.equations import Booleans, Floats, Positions

TRUTH = 0
Values = tuple[float, float]


def is_apart(low: ArrayLike, high: ArrayLike, thresholds: ArrayLike, most: ArrayLike) -> Booleans:
    """Whether two values protect each small count: at least T - 1 apart, one of them at or above T.

    Of a count that is shown rounded to 0, and of the rest of a rounded total, which both have a `most`, the one may be
    nothing at all instead.
    """
    lows, highs, limits, tops = (np.asarray(each, dtype=np.float64) for each in (low, high, thresholds, most))
    may_be_none = np.isfinite(tops) & (lows <= 0)
    return (highs - lows >= limits - 1) & ((highs >= limits) | may_be_none)


class Witnesses:
    """A growing list of whole tables, each as its change from the true one, and the extremes of small counts.

    Every table agrees with everything that is shown. The first is the truth. A table dies when a cell that it
    changes is shown again.
    """

    def __init__(self, counts: Floats, sensitive: Positions, thresholds: Floats, most: Floats) -> None:
        self.changes: list[Change | None] = [Change(np.zeros(0, dtype=np.intp), np.zeros(0))]
        self.sensitive = sensitive
        self._counts = counts
        self._thresholds = thresholds
        self._most = most
        # The tables that change each cell, and by how much.
        self._changed_by: defaultdict[int, dict[int, float]] = defaultdict(dict)
        self._lowest: dict[int, tuple[float, int]] = {int(cell): (counts[cell], TRUTH) for cell in sensitive}
        self._highest = dict(self._lowest)

    def add(self, change: Change) -> None:
        """One more table."""
        table = len(self.changes)
        self.changes.append(change)
        for cell, amount in zip(change.cells.tolist(), change.amounts.tolist(), strict=True):
            self._changed_by[cell][table] = amount
            if cell in self._lowest:
                end = (self._counts[cell] + amount, table)
                self._lowest[cell] = min(self._lowest[cell], end)
                if end[0] > self._highest[cell][0]:
                    self._highest[cell] = end

    def values(self, cell: int) -> Values:
        """The lowest and the highest value of a small count in any table."""
        return self._lowest[cell][0], self._highest[cell][0]

    def tables(self, cell: int) -> tuple[int, int]:
        """The tables in which a small count has its lowest and its highest value."""
        return self._lowest[cell][1], self._highest[cell][1]

    def needed(self) -> list[Change]:
        """The tables that show an end of some small count, in the order in which they came."""
        shown = sorted({table for cell in self._lowest for table in self.tables(cell)} - {TRUTH})
        return [change for table in shown if (change := self.changes[table]) is not None]

    def values_without(self, cell: int, still: int) -> Values:
        """The same in the tables that leave the cell `still` as it is."""
        avoided, count = self._changed_by[still], float(self._counts[cell])
        changed = self._changed_by[cell].items()
        values = [count, *(count + amount for table, amount in changed if table not in avoided)]
        return min(values), max(values)

    def suffice(self, cell: int, low: float, high: float) -> bool:
        """Whether two values protect a small count: see `is_apart`."""
        return bool(is_apart(low, high, self._thresholds[cell], self._most[cell]))

    def relying_on(self, cell: int) -> list[int]:
        """The small counts of which an end is shown by a table that changes this cell."""
        tables = self._changed_by[cell]
        small = {other for table in tables for other in self._cells_of(table) if other in self._lowest}
        return sorted(each for each in small if any(table in tables for table in self.tables(each)))

    def forget(self, cell: int) -> None:
        """Tables that change this cell are possible no more."""
        touched = set()
        for table in self._changed_by.pop(cell, {}):
            for other in self._cells_of(table):
                self._changed_by[other].pop(table, None)
                touched.add(other)
            self.changes[table] = None
        for small in touched & self._lowest.keys():
            self._find_ends(small)

    def _cells_of(self, table: int) -> list[int]:
        change = self.changes[table]
        return [] if change is None else change.cells.tolist()

    def _find_ends(self, cell: int) -> None:
        count = float(self._counts[cell])
        values = [(count, TRUTH)]
        values += [(count + amount, table) for table, amount in self._changed_by[cell].items()]
        # Among equals the oldest table, so that few tables show many ends.
        self._lowest[cell] = min(values)
        self._highest[cell] = max(values, key=lambda end: (end[0], -end[1]))
