"""The reader who thinks in records: every count is a sum of kinds of record, whatever relations it was given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from pipeline.disclosure.count_rows import CountRows
from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions
from pipeline.disclosure.witnesses import is_apart

# How few counts are asked about one by one, and what part at least one answer for many must open.
TOGETHER = 4
LEAST_GAIN = 0.03


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

    def only(self, counts: Positions) -> RecordTable:
        """The table of some counts."""
        return RecordTable(
            self.membership[counts],
            self.records,
            self.least[counts],
            self.thresholds[counts],
            self.costs[counts],
            self.may_be_hidden[counts],
        )


def hide_from_records(table: RecordTable, is_hidden: Booleans) -> tuple[Positions, Positions]:
    """The counts to hide besides, so that each small hidden count stays open; and those that nothing keeps open.

    Open is a count that could be two values as far apart as `is_apart` asks, by other numbers of records of the same
    kinds that agree with everything shown. Whether it is, linear programs tell: fractions of records are allowed. Of
    a count that is not, the cheapest further counts are hidden that open it, until all are open.
    """
    first, twin = _find_twins(table, is_hidden)
    costs = np.bincount(twin, weights=table.costs).astype(float)
    further, hopeless = _hide(replace(table.only(first), costs=costs), is_hidden[first])
    return np.flatnonzero(np.isin(twin, further)), np.flatnonzero(np.isin(twin, hopeless))


def _find_twins(table: RecordTable, is_hidden: Booleans) -> tuple[Positions, Positions]:
    """The first of each kind of count that hold the same records, and of which kind each is.

    One is hidden with the other: each would tell it.
    """
    facts = [table.least, np.nan_to_num(table.thresholds), table.may_be_hidden, is_hidden]
    rows = np.packbits(table.membership.toarray() > 0, axis=1)
    told = np.hstack([np.column_stack(facts).astype(float).view(np.uint8), rows])
    _, first, twin = np.unique(told, axis=0, return_index=True, return_inverse=True)
    return first, twin


def _hide(table: RecordTable, is_hidden: Booleans) -> tuple[Positions, Positions]:
    """The same where no two counts are twins."""
    counts = table.counts
    is_small = is_hidden & (counts > 0) & (counts < table.thresholds)
    program = RecordProgram(table, is_hidden)
    hopeless: set[int] = set()
    while True:
        closed = 0
        for count in program.open_together(np.flatnonzero(is_small)):
            if count not in hopeless and program.is_closed(count):
                closed += 1
                if not program.hide_besides(count):
                    hopeless.add(count)
        if not closed:
            break
    return np.flatnonzero(program.is_hidden & ~is_hidden), np.array(sorted(hopeless), dtype=np.intp)


class RecordProgram:
    """All numbers of records that agree with what is shown, and how low and high they leave each hidden count."""

    def __init__(self, table: RecordTable, is_hidden: Booleans) -> None:
        self._table = table
        self._counts = table.counts
        self.is_hidden = is_hidden.copy()
        least = np.where(is_hidden, table.least, self._counts)
        most = np.where(is_hidden, np.inf, self._counts)
        self._asked = CountRows(table.membership, least, most)
        # Where shown counts may differ, each at its cost: fewer, then more.
        may_differ = ~is_hidden & table.may_be_hidden & (self._counts > 0)
        room = [np.where(may_differ, far, 0.0) for far in (self._counts - 1, np.inf)]
        self._differing = CountRows(table.membership, least, most, table.costs, room)
        # How low and how high answers so far had each count: what lies between is possible too.
        self._seen_low, self._seen_high = self._counts.copy(), self._counts.copy()
        self._differing.begin(self._asked.begin())
        self._asked.keep_what_binds()

    def is_closed(self, count: int) -> bool:
        """Whether a hidden count is confined to values that do not protect it."""
        if self._is_apart(count):
            return False
        self._extreme(count, 1.0, np.inf)
        # Further than is wanted it need not be known.
        self._extreme(count, -1.0, float(self._wanted(np.array([count]))[0]))
        return not self._is_apart(count)

    def open_together(self, counts: Positions) -> list[int]:
        """Sees many counts at both ends at once, as long as that opens some; returns those still to ask about."""
        random = np.random.default_rng(0)
        before = np.inf
        while TOGETHER <= (waiting := self._waiting(counts)).size < (1 - LEAST_GAIN) * before:
            before = waiting.size
            lots = random.choice([1.0, -1.0], before)
            for signs in (lots, -lots):
                wanted = self._wanted(waiting)
                self._see(waiting, signs / wanted, wanted)
        return waiting.tolist()

    def _wanted(self, counts: Positions) -> Floats:
        """How high each count must be able to be, given how low it was seen."""
        thresholds = self._table.thresholds[counts]
        lowest = np.ceil(self._seen_low[counts] - DUST)
        return np.maximum(np.maximum(lowest + thresholds - 1, thresholds), self._counts[counts])

    def _waiting(self, counts: Positions) -> Positions:
        return np.array([count for count in counts.tolist() if not self._is_apart(count)], dtype=np.intp)

    def _is_apart(self, count: int) -> bool:
        low, high = np.ceil(self._seen_low[count] - DUST), np.floor(self._seen_high[count] + DUST)
        return bool(is_apart(low, high, self._table.thresholds[count], np.inf))

    def hide_besides(self, count: int) -> bool:
        """Hides what opens a hidden count, just found closed, at the least cost; says whether anything does."""
        threshold, least = self._table.thresholds[count], self._table.least[count]
        lowest = np.ceil(self._seen_low[count] - DUST)
        wanted = min(max(least, 1.0), self._counts[count])
        below = self._must_differ(count, least, wanted) if lowest > wanted else set()
        if below is not None:
            lowest = min(lowest, wanted)
        above = self._must_differ(count, max(threshold, lowest + threshold - 1), np.inf)
        further = (below or set()) | (above or set())
        for each in sorted(further):
            self._hide(each)
        return bool(further) and above is not None

    def _must_differ(self, count: int, low: float, high: float) -> set[int] | None:
        """The shown counts that differ where a hidden one lies in a range at the least cost; None where it cannot."""
        self._differing.limit(count, low, high)
        answer = self._differing.answer()
        self._differing.limit(count, self._table.least[count], np.inf)
        return None if answer is None else set(np.flatnonzero(answer.off > DUST).tolist())

    def _extreme(self, count: int, sign: float, high: float) -> float:
        """The least that sign × a hidden count can be where it may be `high` at most."""
        return sign * float(self._see(np.array([count]), np.array([sign]), np.array([high]))[count])

    def _see(self, counts: Positions, prices: Floats, most: Floats) -> Floats:
        """The counts of an answer in which some hidden ones, priced, cost as little as can be; takes note of it."""
        for count, high in zip(counts.tolist(), most.tolist(), strict=True):
            self._asked.limit(count, self._table.least[count], high)
        answer = self._asked.cheapest(counts, prices)
        assert answer is not None, "the true records agree with everything shown, and there is a limit"
        for count in counts.tolist():
            self._asked.limit(count, self._table.least[count], np.inf)
        self._seen_low = np.minimum(self._seen_low, answer.counts)
        self._seen_high = np.maximum(self._seen_high, answer.counts)
        return answer.counts

    def _hide(self, count: int) -> None:
        self.is_hidden[count] = True
        for rows in (self._asked, self._differing):
            rows.limit(count, self._table.least[count], np.inf)
        # What is hidden differs by its records alone: else it could be taken for less than a marker says.
        self._differing.keep(count)
