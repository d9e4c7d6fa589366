"""The reader who thinks in records: every count is a sum of kinds of record, whatever relations it was given."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack

from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions
from pipeline.disclosure.solver import make_model, new_solver, solve
from pipeline.disclosure.witnesses import is_apart


@dataclass(frozen=True, eq=False)
class RecordTable:
    """Counts that are made of the same records.

    `membership` has a row a count and a column a kind of record, 1 where the count holds that kind; `records` are how
    many there are of each kind. `least` is what a reader knows of a count that is not shown: 1 under a marker, since
    zeros are shown, 0 of one that nobody publishes. Thresholds are nan where nothing is small; costs are what hiding
    loses; `may_be_hidden` says of which counts that is still to be decided.
    """

    membership: csr_array
    records: Floats
    least: Floats
    thresholds: Floats
    costs: Floats
    may_be_hidden: Booleans

    @property
    def counts(self) -> Floats:
        """How many records each count holds."""
        return self.membership @ self.records


def hide_from_records(table: RecordTable, is_hidden: Booleans) -> tuple[Positions, Positions]:
    """The counts to hide besides, so that each small hidden count stays open; and those that nothing keeps open.

    Open is a count that could be two values as far apart as `is_apart` asks, by other numbers of records of the same
    kinds that agree with everything shown. Whether it is, linear programs tell: fractions of records are allowed. Of
    a count that is not, the cheapest further counts are hidden that open it, until all are open.
    """
    counts = table.counts
    is_small = is_hidden & (counts > 0) & (counts < table.thresholds)
    program = RecordProgram(table, is_hidden)
    hopeless: set[int] = set()
    closed = _closed(program, np.flatnonzero(is_small))
    while closed:
        for count in closed:
            if program.is_closed(count) and not program.open(count):
                hopeless.add(count)
        closed = [count for count in _closed(program, np.flatnonzero(is_small)) if count not in hopeless]
    return np.flatnonzero(program.is_hidden & ~is_hidden), np.array(sorted(hopeless), dtype=np.intp)


def _closed(program: RecordProgram, counts: Positions) -> list[int]:
    return [count for count in counts.tolist() if program.is_closed(count)]


class RecordProgram:
    """All numbers of records that agree with what is shown, and how low and high they leave each hidden count.

    Columns are kinds of record; then, for each count, how far it is below what is shown, and how far above: nothing,
    but while it is sought what else to hide.
    """

    def __init__(self, table: RecordTable, is_hidden: Booleans) -> None:
        self._table = table
        self._counts = table.counts
        self.is_hidden = is_hidden.copy()
        self._size, self._kinds = table.membership.shape
        same = eye_array(self._size)
        columns = csc_array(hstack([table.membership, same, -same]))
        nothing = np.zeros(columns.shape[1])
        most = np.concatenate([np.full(self._kinds, np.inf), np.zeros(2 * self._size)])
        self._solver = new_solver(simplex_strategy=4)
        self._solver.passModel(make_model(columns, nothing, nothing, most, self._counts))
        # How low and how high answers so far had each count: what lies between is possible too.
        self._seen_low, self._seen_high = self._counts.copy(), self._counts.copy()
        for count in np.flatnonzero(is_hidden).tolist():
            self._release(count)

    def is_closed(self, count: int) -> bool:
        """Whether a hidden count is confined to values that do not protect it."""
        if self._is_apart(count):
            return False
        low = np.ceil(self._extreme(count, 1.0, np.inf) - DUST)
        threshold = self._table.thresholds[count]
        # Further than is wanted it need not be known.
        self._extreme(count, -1.0, max(low + threshold - 1, threshold, self._counts[count]))
        return not self._is_apart(count)

    def _is_apart(self, count: int) -> bool:
        low, high = np.ceil(self._seen_low[count] - DUST), np.floor(self._seen_high[count] + DUST)
        return bool(is_apart(low, high, self._table.thresholds[count], np.inf))

    def open(self, count: int) -> bool:
        """Hides what opens a hidden count at the least cost; says whether anything does."""
        shown = np.flatnonzero(~self.is_hidden & self._table.may_be_hidden & (self._counts > 0))
        threshold, least = self._table.thresholds[count], self._table.least[count]
        lowest = np.ceil(self._extreme(count, 1.0, np.inf) - DUST)
        wanted = min(max(least, 1.0), self._counts[count])
        self._let_differ(shown)
        below = self._differing(count, least, wanted) if lowest > wanted else set()
        if below is not None:
            lowest = min(lowest, wanted)
        above = self._differing(count, max(threshold, lowest + threshold - 1), np.inf)
        self._hold(shown)
        further = (below or set()) | (above or set())
        for each in sorted(further):
            self.is_hidden[each] = True
            self._release(each)
        return bool(further) and above is not None

    def _differing(self, count: int, low: float, high: float) -> set[int] | None:
        """The shown counts that differ where a hidden one lies in a range at the least cost; None where it cannot."""
        self._limit(count, low, high)
        # So far from the last answer, a fresh start is quicker, and presolve pays.
        self._solver.clearSolver()
        for option, value in (("presolve", "on"), ("simplex_strategy", 1)):
            self._solver.setOptionValue(option, value)
        answer = solve(self._solver)
        for option, value in (("presolve", "off"), ("simplex_strategy", 4)):
            self._solver.setOptionValue(option, value)
        self._release(count)
        if not isinstance(answer, np.ndarray):
            return None
        off = answer[self._kinds :].reshape(2, self._size).sum(axis=0)
        return set(np.flatnonzero(off > DUST).tolist())

    def _extreme(self, count: int, sign: float, high: float) -> float:
        """The least that sign × a hidden count can be where it may be `high` at most."""
        kinds = self._kinds_of(count)
        self._solver.changeColsCost(kinds.size, kinds, np.full(kinds.size, sign))
        self._limit(count, self._table.least[count], high)
        answer = self._solve()
        self._release(count)
        self._solver.changeColsCost(kinds.size, kinds, np.zeros(kinds.size))
        assert isinstance(answer, np.ndarray), (
            "the true records agree with everything shown, and there is a limit"
        )
        possible = self._table.membership @ answer[: self._kinds]
        self._seen_low = np.minimum(self._seen_low, possible)
        self._seen_high = np.maximum(self._seen_high, possible)
        return sign * float(possible[count])

    def _solve(self) -> Floats | float | None:
        """The answer from where the last one ended; where there is none from there, afresh."""
        answer = solve(self._solver)
        if answer is None:
            self._solver.clearSolver()
            answer = solve(self._solver)
        return answer

    def _kinds_of(self, count: int) -> np.ndarray:
        start, end = self._table.membership.indptr[count : count + 2]
        return self._table.membership.indices[start:end].astype(np.int32)

    def _limit(self, count: int, low: float, high: float) -> None:
        most = highspy.kHighsInf if np.isinf(high) else high
        self._solver.changeRowBounds(count, low, most)

    def _release(self, count: int) -> None:
        self._limit(count, self._table.least[count], np.inf)

    def _let_differ(self, shown: Positions) -> None:
        for count in shown.tolist():
            below, above = self._kinds, self._kinds + self._size
            for first, most in ((below, self._counts[count] - 1), (above, highspy.kHighsInf)):
                self._solver.changeColBounds(first + count, 0.0, float(most))
                self._solver.changeColCost(first + count, float(self._table.costs[count]))

    def _hold(self, shown: Positions) -> None:
        for count in shown.tolist():
            for first in (self._kinds, self._kinds + self._size):
                self._solver.changeColBounds(first + count, 0.0, 0.0)
                self._solver.changeColCost(first + count, 0.0)
