"""The reader who thinks in records: every count is a sum of kinds of record, whatever relations it was given."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack

from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions
from pipeline.disclosure.solver import SilentHighs, make_model, new_solver, solve
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
            if program.is_closed(count) and not program.hide_besides(count):
                hopeless.add(count)
        closed = [count for count in _closed(program, np.flatnonzero(is_small)) if count not in hopeless]
    return np.flatnonzero(program.is_hidden & ~is_hidden), np.array(sorted(hopeless), dtype=np.intp)


def _closed(program: RecordProgram, counts: Positions) -> list[int]:
    return [count for count in counts.tolist() if program.is_closed(count)]


class RecordProgram:
    """All numbers of records that agree with what is shown, and how low and high they leave each hidden count."""

    def __init__(self, table: RecordTable, is_hidden: Booleans) -> None:
        self._table = table
        self._counts = table.counts
        self.is_hidden = is_hidden.copy()
        self._size, self._kinds = table.membership.shape
        self._asked = new_solver(simplex_strategy=4)
        nothing, no_limit = np.zeros(self._kinds), np.full(self._kinds, np.inf)
        columns = csc_array(table.membership)
        self._asked.passModel(make_model(columns, nothing, nothing, no_limit, self._counts))
        # The row of each count among those asked about, -1 of one that is left out.
        self._row = np.arange(self._size)
        self._differing = self._let_differ()
        # How low and how high answers so far had each count: what lies between is possible too.
        self._seen_low, self._seen_high = self._counts.copy(), self._counts.copy()
        for count in np.flatnonzero(is_hidden).tolist():
            self._release(count)
        self._keep_what_binds()

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

    def hide_besides(self, count: int) -> bool:
        """Hides what opens a hidden count at the least cost; says whether anything does."""
        threshold, least = self._table.thresholds[count], self._table.least[count]
        lowest = np.ceil(self._extreme(count, 1.0, np.inf) - DUST)
        wanted = min(max(least, 1.0), self._counts[count])
        below = self._must_differ(count, least, wanted) if lowest > wanted else set()
        if below is not None:
            lowest = min(lowest, wanted)
        above = self._must_differ(count, max(threshold, lowest + threshold - 1), np.inf)
        further = (below or set()) | (above or set())
        for each in sorted(further):
            self.is_hidden[each] = True
            self._release(each)
        return bool(further) and above is not None

    def _let_differ(self) -> SilentHighs:
        """The same program where shown counts may differ, each at its cost: fewer, then more, after the kinds."""
        same = eye_array(self._size)
        columns = csc_array(hstack([self._table.membership, same, -same]))
        may_differ = ~self.is_hidden & self._table.may_be_hidden & (self._counts > 0)
        room = [np.where(may_differ, most, 0.0) for most in (self._counts - 1, np.inf)]
        most = np.concatenate([np.full(self._kinds, np.inf), *room])
        prices = np.concatenate([np.zeros(self._kinds), self._table.costs, self._table.costs])
        solver = new_solver()
        # Perturbed prices would lead away from the last answer: most prices are nothing.
        solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        solver.passModel(make_model(columns, prices, np.zeros(most.size), most, self._counts))
        return solver

    def _must_differ(self, count: int, low: float, high: float) -> set[int] | None:
        """The shown counts that differ where a hidden one lies in a range at the least cost; None where it cannot."""
        _limit(self._differing, count, low, high)
        answer = _solve(self._differing)
        _limit(self._differing, count, self._table.least[count], np.inf)
        if answer is None:
            return None
        off = answer[self._kinds :].reshape(2, self._size).sum(axis=0)
        return set(np.flatnonzero(off > DUST).tolist())

    def _extreme(self, count: int, sign: float, high: float) -> float:
        """The least that sign × a hidden count can be where it may be `high` at most."""
        kinds = self._kinds_of(count)
        self._asked.changeColsCost(kinds.size, kinds, np.full(kinds.size, sign))
        self._ask_about(np.array([count]))
        _limit(self._asked, int(self._row[count]), self._table.least[count], high)
        possible = self._answer()
        _limit(self._asked, int(self._row[count]), self._table.least[count], np.inf)
        self._asked.changeColsCost(kinds.size, kinds, np.zeros(kinds.size))
        self._seen_low = np.minimum(self._seen_low, possible)
        self._seen_high = np.maximum(self._seen_high, possible)
        return sign * float(possible[count])

    def _answer(self) -> Floats:
        """The counts of the answer, which agree with everything: what was left out and does not is asked about too."""
        while True:
            answer = _solve(self._asked)
            assert answer is not None, "the true records agree with everything shown, and there is a limit"
            possible = self._table.membership @ answer
            low = np.where(self.is_hidden, self._table.least, self._counts)
            is_off = (possible < low - DUST) | (~self.is_hidden & (possible > self._counts + DUST))
            further = np.flatnonzero(is_off & (self._row < 0))
            if not further.size:
                return possible
            self._ask_about(further)

    def _ask_about(self, counts: Positions) -> None:
        """Adds rows for counts that have none."""
        counts = counts[self._row[counts] < 0]
        if not counts.size:
            return
        self._row[counts] = self._asked.getNumRow() + np.arange(counts.size)
        rows, is_hidden = self._table.membership[counts], self.is_hidden[counts]
        self._asked.addRows(
            counts.size,
            np.where(is_hidden, self._table.least[counts], self._counts[counts]),
            np.where(is_hidden, highspy.kHighsInf, self._counts[counts]),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def _keep_what_binds(self) -> None:
        """Takes out the rows that do not bind the first answer: each comes back once an answer breaks it."""
        _solve(self._asked)
        basic = [status == highspy.HighsBasisStatus.kBasic for status in self._asked.getBasis().row_status]
        is_loose = np.array(basic, dtype=bool)
        self._asked.deleteRows(int(is_loose.sum()), np.flatnonzero(is_loose).astype(np.int32))
        self._row = np.where(is_loose, -1, np.cumsum(~is_loose) - 1)

    def _kinds_of(self, count: int) -> np.ndarray:
        start, end = self._table.membership.indptr[count : count + 2]
        return self._table.membership.indices[start:end].astype(np.int32)

    def _release(self, count: int) -> None:
        if self._row[count] >= 0:
            _limit(self._asked, int(self._row[count]), self._table.least[count], np.inf)
        _limit(self._differing, count, self._table.least[count], np.inf)
        # What is hidden differs by its records alone: else it could be taken for less than a marker says.
        for first in (self._kinds, self._kinds + self._size):
            self._differing.changeColBounds(first + count, 0.0, 0.0)


def _solve(solver: SilentHighs) -> Floats | None:
    """The answer from where the last one ended; where there is none from there, afresh."""
    answer = solve(solver)
    if answer is None:
        solver.clearSolver()
        answer = solve(solver)
    assert not isinstance(answer, float), "no cost is negative, and what is sought has a limit"
    return answer


def _limit(solver: SilentHighs, count: int, low: float, high: float) -> None:
    solver.changeRowBounds(count, low, highspy.kHighsInf if np.isinf(high) else high)
