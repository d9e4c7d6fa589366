"""Numbers of records that leave each count between its limits: a linear program of few counts at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array, hstack

from pipeline.disclosure.equations import DUST, Floats, Positions
from pipeline.disclosure.solver import make_model, new_solver, solve


@dataclass(frozen=True, eq=False)
class Answer:
    """How many records each count holds, and by how much it is off what it may be."""

    counts: Floats
    off: Floats


class CountRows:
    """Numbers of records, fractions among them, that leave each count from `least` to `most`.

    `membership` has a row a count and a column a kind of record. Counts may be off by `room`, how far down and how far
    up, at a `cost` a step; without them they may not. A count is a row of the program once an answer breaks its limits.
    """

    def __init__(
        self,
        membership: csr_array,
        least: Floats,
        most: Floats,
        cost: Floats | None = None,
        room: Sequence[Floats] = (),
    ) -> None:
        self._membership = membership
        self._least, self._most = least.copy(), most.copy()
        self._size, self._kinds = membership.shape
        same = eye_array(self._size)
        # A count that is off by less holds more records than it says.
        self._columns = csr_array(hstack([membership, same, -same]) if cost is not None else membership)
        prices = np.concatenate([np.zeros(self._kinds), *(cost for _ in room)])
        # Of counts that may be off limits are changed, of others prices: each simplex goes on from the last answer.
        self._solver = new_solver(simplex_strategy=4 if cost is None else 1)
        # Perturbed prices would lead away from it: most are nothing.
        self._solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        most_of_all = np.concatenate([np.full(self._kinds, np.inf), *room])
        nothing = csc_array((0, prices.size))
        self._solver.passModel(make_model(nothing, prices, np.zeros(prices.size), most_of_all, np.zeros(0)))
        # Where the first answer began; None where nobody said.
        self._begun: highspy.HighsBasis | None = None
        # The row of each count, -1 of one that is none.
        self._row = np.full(self._size, -1)

    @property
    def row_count(self) -> int:
        """How many counts are rows of the program."""
        return int((self._row >= 0).sum())

    def limit(self, count: int, least: float, most: float) -> None:
        """A count may be from `least` to `most` (inf: without end) from now on."""
        self._least[count], self._most[count] = least, most
        if self._row[count] >= 0:
            self._solver.changeRowBounds(int(self._row[count]), least, most)

    def keep(self, count: int) -> None:
        """A count may not be off any more."""
        for first in (self._kinds, self._kinds + self._size):
            self._solver.changeColBounds(first + count, 0.0, 0.0)

    def cheapest(self, counts: Positions, prices: Floats) -> Answer | None:
        """The answer in which some counts, at a price a record, cost the least; None where there is none."""
        self.ask_about(counts)
        of_kinds = self._membership[counts].T @ prices
        kinds = np.flatnonzero(of_kinds).astype(np.int32)
        self._solver.changeColsCost(kinds.size, kinds, of_kinds[kinds])
        answer = self.answer()
        self._solver.changeColsCost(kinds.size, kinds, np.zeros(kinds.size))
        return answer

    def answer(self) -> Answer | None:
        """The cheapest answer that keeps to the limits of all counts; None where there is none."""
        while True:
            answer = self._solve()
            if answer is None:
                return None
            seen = self._columns @ answer
            is_out = (seen < self._least - DUST) | (seen > self._most + DUST)
            broken = np.flatnonzero(is_out & (self._row < 0))
            if not broken.size:
                off = answer[self._kinds :].reshape(-1, self._size).sum(axis=0)
                return Answer(self._membership @ answer[: self._kinds], off)
            self.ask_about(broken)

    def ask_about(self, counts: Positions) -> None:
        """Makes counts rows of the program, where they are none."""
        counts = counts[self._row[counts] < 0]
        if not counts.size:
            return
        self._row[counts] = self._solver.getNumRow() + np.arange(counts.size)
        rows = self._columns[counts]
        self._solver.addRows(
            counts.size,
            self._least[counts],
            self._most[counts],
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def begin(self, basis: highspy.HighsBasis | None = None) -> highspy.HighsBasis:
        """Makes all counts rows of the program and returns the basis of an answer, beginning at one of another's."""
        self.ask_about(np.arange(self._size))
        if basis is not None:
            begun = highspy.HighsBasis()
            off = self._solver.getNumCol() - self._kinds
            begun.col_status = [*basis.col_status, *([highspy.HighsBasisStatus.kLower] * off)]
            begun.row_status = basis.row_status
            begun.valid = True
            self._begun = begun
            self._solver.setBasis(begun)
        self._solve()
        return self._solver.getBasis()

    def keep_what_binds(self) -> None:
        """Takes out the rows that do not bind the last answer: each comes back once an answer breaks it."""
        basic = highspy.HighsBasisStatus.kBasic
        is_loose = np.array([status == basic for status in self._solver.getBasis().row_status], dtype=bool)
        loose = np.flatnonzero(is_loose).astype(np.int32)
        self._solver.deleteRows(loose.size, loose)
        left = np.where(is_loose, -1, np.cumsum(~is_loose) - 1)
        self._row = np.where(self._row < 0, -1, left[self._row])

    def _solve(self) -> Floats | None:
        """The answer from where the last one ended; where there is none from there, from the beginning."""
        answer = solve(self._solver)
        if answer is None:
            if self._begun is None:
                self._solver.clearSolver()
            else:
                self._solver.setBasis(self._begun)
            answer = solve(self._solver)
        assert not isinstance(answer, float), "no cost is negative, and what is sought has a limit"
        return answer
