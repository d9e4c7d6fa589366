"""The cheapest way to change one cell so that everything still adds up: linear programs by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack

from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions
from pipeline.disclosure.solver import make_model, make_whole, new_solver, solve


@dataclass(frozen=True, eq=False)
class Change:
    """By how much each of some cells differs from its count: whole numbers, none of them 0."""

    cells: Positions
    amounts: Floats

    def __neg__(self) -> Change:
        return Change(self.cells, -self.amounts)


class ChangeProgram:
    """All whole tables that differ from the true one in cells that may move, and the cheapest among them.

    Cells are columns of `equations`; `room` is how far each can fall. A cell that may not move keeps its count.
    """

    def __init__(self, equations: csr_array, room: Floats) -> None:
        self._room = room
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

    def cheapest(self, cell: int, amount: float) -> Change | None:
        """The cheapest change in which a cell differs by `amount`; None where there is none."""
        if amount < -self._room[cell] or not self._may_move[cell]:
            return None
        self._fix(self._solver, cell, amount)
        answer = _answer(self._solver)
        self._bound(cell, True)
        if answer is None:
            return None
        change = answer[: self._size] - answer[self._size :]
        whole = np.rint(change)
        if np.abs(change - whole).max(initial=0.0) > DUST:
            return self._cheapest_whole(cell, amount, np.abs(change) > DUST)
        cells = np.flatnonzero(whole)
        return Change(cells, whole[cells])

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
        rise = np.full(self._size, np.inf)
        limits = np.zeros(2 * self._size), np.concatenate([rise, self._room])
        return make_model(
            self._equations, np.concatenate([prices, prices]), *limits, np.zeros(self._equations.shape[0])
        )

    def _bound(self, cell: int, may_move: bool) -> None:
        rise, fall = (highspy.kHighsInf, float(self._room[cell])) if may_move else (0.0, 0.0)
        self._solver.changeColBounds(cell, 0.0, rise)
        self._solver.changeColBounds(cell + self._size, 0.0, fall)

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
    assert not isinstance(answer, float), "prices are not negative, so nothing is endlessly cheap"
    return answer
