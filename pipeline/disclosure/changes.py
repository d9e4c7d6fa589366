"""The cheapest way to change one cell so that everything still adds up: linear programs by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack

from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions, find_groups
from pipeline.disclosure.solver import make_model, make_whole, new_solver, solve
from pipeline.disclosure.whole import is_fraction, mend_fractions

# How far from a fraction whole numbers are looked for.
NEAR = 3.0


@dataclass(frozen=True, eq=False)
class Change:
    """By how much each of some cells differs from its count: whole numbers, none of them 0."""

    cells: Positions
    amounts: Floats

    def __neg__(self) -> Change:
        return Change(self.cells, -self.amounts)


class ChangeProgram:
    """All whole tables that differ from the true one in cells that may move, and the cheapest among them.

    Cells are columns of `equations`; `room` is how far each can fall, `rise` how far it can rise (inf: without end).
    A cell that may not move keeps its count.
    """

    def __init__(self, equations: csr_array, room: Floats, rise: Floats) -> None:
        # How many changes were asked for.
        self.solved = 0
        self._room = room
        self._rise = rise
        self._size = room.size
        self._may_move = np.ones(room.size, dtype=bool)
        used = np.flatnonzero(np.diff(equations.indptr))
        self._equations = hstack([equations[used], -equations[used]]).tocsc()
        self._solver = new_solver()
        self._solver.passModel(self._model(np.ones(room.size)))

    def set_prices(self, cells: Positions, prices: Floats) -> None:
        """What a change by one costs in each cell."""
        for cell, price in zip(cells.tolist(), prices.tolist(), strict=True):
            self._solver.changeColCost(cell, price)
            self._solver.changeColCost(cell + self._size, price)

    def allow(self, may_move: Booleans) -> None:
        """Which cells may differ from their count."""
        for cell in np.flatnonzero(may_move != self._may_move).tolist():
            self._bound(cell, bool(may_move[cell]))
        self._may_move = may_move.copy()

    def can_join(self, cells: Booleans) -> Booleans:
        """Which cells could change with some of these: each sum in which they stand has one of them."""
        beside = abs(self._equations[:, : self._size])
        return beside.T @ (beside @ cells == 0) == 0

    def cheapest(self, cell: int, amount: float) -> Change | None:
        """The cheapest change in which a cell differs by `amount`; None where there is none."""
        if not -self._room[cell] <= amount <= self._rise[cell] or not self._may_move[cell]:
            return None
        self._fix(self._solver, cell, amount)
        self.solved += 1
        answer = _answer(self._solver)
        self._bound(cell, True)
        if answer is None:
            return None
        change = answer[: self._size] - answer[self._size :]
        mended = self._mend(change, cell)
        if is_fraction(mended).any():
            return self._cheapest_whole(cell, amount, np.abs(change) > DUST)
        whole = np.rint(mended)
        cells = np.flatnonzero(whole)
        return Change(cells, whole[cells])

    def together(self, goals: Floats, reward: float) -> list[Change]:
        """Changes that take many cells towards their goals at once: the whole parts of one answer.

        `goals` says by how much each cell should rise, or fall where negative; 0 where it does not matter. `reward` is
        what a step towards a goal may cost.
        """
        wanted = np.flatnonzero(goals)
        prices = np.array(self._solver.getLp().col_cost_)
        columns = np.where(goals[wanted] > 0, wanted, wanted + self._size)
        for column, goal in zip(columns.tolist(), np.abs(goals[wanted]).tolist(), strict=True):
            self._solver.changeColCost(column, -reward)
            self._solver.changeColBounds(column, 0.0, goal)
        answer = _answer(self._solver)
        for column in columns.tolist():
            self._solver.changeColCost(column, float(prices[column]))
        for cell in wanted.tolist():
            self._bound(cell, bool(self._may_move[cell]))
        return [] if answer is None else self._whole_parts(answer[: self._size] - answer[self._size :])

    def _whole_parts(self, change: Floats) -> list[Change]:
        """What cells that say something about each other change by, where it is whole or can be made whole nearby."""
        whole = self._mend(change)
        cells = np.flatnonzero(np.abs(whole) > DUST)
        amounts = whole[cells]
        is_whole = ~is_fraction(amounts)
        groups = find_groups(self._equations[:, cells])
        return [Change(cells[group], np.rint(amounts[group])) for group in groups if is_whole[group].all()]

    def _mend(self, change: Floats, still: int | None = None) -> Floats:
        """The change with whole numbers where it has fractions and beside them; as it is where there are none near.

        The cell `still` keeps its change.
        """
        reach = np.full(self._size, NEAR)
        if still is not None:
            reach[still] = 0.0
        low = np.maximum(-self._room, np.floor(change) - reach)
        high = np.minimum(self._rise, np.ceil(change) + reach)
        return mend_fractions(self._equations[:, : self._size].tocsr(), change, low, high, self._may_move)

    def furthest_fall(self, cell: int) -> float:
        """How far a cell can fall at most, in whole numbers or in fractions; at least 0."""
        prices = np.zeros(2 * self._size)
        prices[cell], prices[cell + self._size] = 1.0, -1.0
        solver = new_solver()
        solver.passModel(self._model(prices[: self._size]))
        solver.changeColsCost(prices.size, np.arange(prices.size, dtype=np.int32), prices)
        self._bound_all(solver)
        answer = _answer(solver)
        return 0.0 if answer is None else float(answer[cell + self._size] - answer[cell])

    def _cheapest_whole(self, cell: int, amount: float, is_near: Booleans) -> Change | None:
        """The same in whole numbers: at first among the cells of the fractional answer and the cheap ones."""
        prices = np.array(self._solver.getLp().col_cost_)[: self._size]
        for among in (self._may_move & (is_near | (prices < 1.0)), self._may_move):
            solver = new_solver()
            solver.passModel(self._model(prices))
            self._bound_all(solver, among)
            self._fix(solver, cell, amount)
            make_whole(solver)
            solver.setOptionValue("mip_rel_gap", 0.05)
            answer = _answer(solver)
            if answer is not None:
                whole = np.rint(answer[: self._size] - answer[self._size :])
                cells = np.flatnonzero(whole)
                return Change(cells, whole[cells])
        return None

    def _model(self, prices: Floats) -> highspy.HighsLp:
        limits = np.zeros(2 * self._size), np.concatenate([self._rise, self._room])
        return make_model(
            self._equations, np.concatenate([prices, prices]), *limits, np.zeros(self._equations.shape[0])
        )

    def _bound(self, cell: int, may_move: bool) -> None:
        rise, fall = (self._rise[cell], self._room[cell]) if may_move else (0.0, 0.0)
        self._solver.changeColBounds(cell, 0.0, float(rise))
        self._solver.changeColBounds(cell + self._size, 0.0, float(fall))

    def _bound_all(self, solver: highspy.Highs, may_move: Booleans | None = None) -> None:
        still = ~(self._may_move if may_move is None else may_move)
        for cell in np.flatnonzero(still).tolist():
            solver.changeColBounds(cell, 0.0, 0.0)
            solver.changeColBounds(cell + self._size, 0.0, 0.0)

    def _fix(self, solver: highspy.Highs, cell: int, amount: float) -> None:
        rise, fall = max(amount, 0.0), max(-amount, 0.0)
        solver.changeColBounds(cell, rise, rise)
        solver.changeColBounds(cell + self._size, fall, fall)


def _answer(solver: highspy.Highs) -> Floats | None:
    answer = solve(solver)
    assert not isinstance(answer, float), "what is worth a reward is bounded, so nothing is endlessly cheap"
    return answer
