"""The cheapest way to change one cell so that everything still adds up: linear programs by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from pipeline.disclosure.columns import read_columns
from pipeline.disclosure.equations import DUST, Booleans, Floats, Positions, find_groups
from pipeline.disclosure.solver import SilentHighs, make_model, make_whole, new_solver, solve
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
    A cell that may not move keeps its count. Of `may_be_rest` those that are found to be rests (`read_columns`) cost
    nothing and may always move; none of them is asked about.
    """

    def __init__(self, equations: csr_array, room: Floats, rise: Floats, may_be_rest: Booleans) -> None:
        # How many changes were asked for.
        self.solved = 0
        self._room, self._rise = room, rise
        self._equations = equations
        # Which cells stand in each sum, and which sums hold each cell: 1 where one does.
        self._stands_in = csr_array(abs(equations).sign())
        self._holds = csr_array(self._stands_in.T)
        self._columns = columns = read_columns(equations, may_be_rest)
        self._prices = np.ones(room.size)
        self._may_move = np.ones(room.size, dtype=bool)
        self._column_may_move = np.ones(columns.size, dtype=bool)
        self._column_room, self._column_rise = columns.least_of(room), columns.least_of(rise)
        # Few limits of rests are ever met: each becomes a row once it is not.
        self._is_row = ~columns.is_rest
        self._solver = new_solver()
        self._solver.passModel(self._model(np.zeros(room.size, dtype=bool)))

    def set_prices(self, cells: Positions, prices: Floats) -> None:
        """What a change by one costs in each cell."""
        self._prices[cells] = prices
        columns = np.unique(self._columns.column[cells])
        columns = columns[columns >= 0].astype(np.int32)
        of_columns = self._columns.sum_of(self._prices)[columns]
        for first in (0, self._columns.size):
            self._solver.changeColsCost(columns.size, columns + np.int32(first), of_columns)

    def allow(self, may_move: Booleans) -> None:
        """Which cells may differ from their count."""
        self._may_move = may_move.copy()
        before = self._column_may_move
        self._column_may_move = self._columns.least_of(may_move.astype(float)) > 0
        self._bound(np.flatnonzero(before != self._column_may_move))

    def find_stuck(self) -> Booleans:
        """Which cells keep their count because all others of some sum do: no program need be asked about them."""
        moves = self._may_move | self._columns.is_rest
        while True:
            alone = self._stands_in @ moves == 1
            stuck = (self._holds @ alone > 0) & moves
            if not stuck.any():
                return ~moves
            moves &= ~stuck

    def can_join(self, cells: Booleans) -> Booleans:
        """Which cells could change with some of these: each sum in which they stand has one of them."""
        return self._holds @ (self._stands_in @ cells == 0) == 0

    def cheapest(self, cell: int, amount: float) -> Change | None:
        """The cheapest change in which a cell differs by `amount`; None where there is none."""
        column = self._columns.column_of(cell)
        if not self._can_change(column, amount):
            return None
        self._fix(self._solver, column, amount)
        self.solved += 1
        change = self._answer()
        self._bound(np.array([column]))
        if change is None:
            return None
        mended = self._mend(change, cell)
        if is_fraction(mended).any():
            return self._cheapest_whole(column, amount, np.abs(change) > DUST)
        return _whole(mended)

    def _can_change(self, column: int, amount: float) -> bool:
        is_within = -self._column_room[column] <= amount <= self._column_rise[column]
        return bool(is_within and self._column_may_move[column])

    def together(self, goals: Floats, reward: float) -> list[Change]:
        """Changes that take many cells towards their goals at once: the whole parts of one answer.

        `goals` says by how much each cell should rise, or fall where negative; 0 where it does not matter. `reward` is
        what a step towards a goal may cost.
        """
        wanted = np.flatnonzero(goals)
        of_wanted = [self._columns.column_of(cell) for cell in wanted.tolist()]
        columns, first = np.unique(np.array(of_wanted, dtype=np.intp), return_index=True)
        goals = goals[wanted[first]]
        prices = self._columns.sum_of(self._prices)[columns]
        at = np.where(goals > 0, columns, columns + self._columns.size)
        # A cell alike may have less room than the one that is to move.
        room = np.where(goals > 0, self._column_rise[columns], self._column_room[columns])
        goals = np.where(self._column_may_move[columns], np.minimum(np.abs(goals), room), 0.0)
        for column, goal in zip(at.tolist(), goals.tolist(), strict=True):
            self._solver.changeColCost(column, -reward)
            self._solver.changeColBounds(column, 0.0, goal)
        change = self._answer()
        for column, price in zip(at.tolist(), prices.tolist(), strict=True):
            self._solver.changeColCost(column, price)
        self._bound(columns)
        return [] if change is None else self._whole_parts(change)

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
        reach = np.full(change.size, NEAR)
        if still is not None:
            reach[still] = 0.0
        low = np.maximum(-self._room, np.floor(change) - reach)
        high = np.minimum(self._rise, np.ceil(change) + reach)
        return mend_fractions(self._equations, change, low, high, self._may_move)

    def furthest_fall(self, cell: int) -> float:
        """How far a cell can fall at most, in whole numbers or in fractions; at least 0."""
        falls = np.zeros(self._columns.size)
        falls[self._columns.column_of(cell)] = 1.0
        self._price(falls, -falls)
        change = self._answer()
        prices = self._columns.sum_of(self._prices)
        self._price(prices, prices)
        return 0.0 if change is None else float(-change[cell])

    def _price(self, rises: Floats, falls: Floats) -> None:
        size = 2 * self._columns.size
        self._solver.changeColsCost(size, np.arange(size, dtype=np.int32), np.concatenate([rises, falls]))

    def _cheapest_whole(self, column: int, amount: float, is_near: Booleans) -> Change | None:
        """The same in whole numbers: at first among the cells of the fractional answer and the cheap ones."""
        among = self._columns.least_of((is_near | (self._prices < 1.0)).astype(float)) > 0
        for may_move in (self._column_may_move & among, self._column_may_move):
            solver = self._apart(may_move)
            self._fix(solver, column, amount)
            make_whole(solver)
            solver.setOptionValue("mip_rel_gap", 0.05)
            answer = solve(solver)
            if isinstance(answer, np.ndarray):
                return _whole(self._spread(answer))
        return None

    def _answer(self) -> Floats | None:
        """By how much each cell changes at the least cost; None where nothing agrees with what is asked."""
        while True:
            answer = solve(self._solver)
            assert not isinstance(answer, float), (
                "what is worth a reward is bounded, so nothing is endlessly cheap"
            )
            if answer is None:
                return None
            change = self._spread(answer)
            is_out = ~self._is_row & ((change < -self._room - DUST) | (change > self._rise + DUST))
            if not is_out.any():
                return change
            self._is_row |= is_out
            rests = np.flatnonzero(is_out)
            rows = self._columns.spread[rests]
            rows = csr_array(hstack([rows, -rows]))
            self._solver.addRows(
                rests.size,
                -self._room[rests],
                _limit(self._rise[rests]),
                rows.nnz,
                rows.indptr[:-1].astype(np.int32),
                rows.indices.astype(np.int32),
                rows.data,
            )

    def _spread(self, answer: Floats) -> Floats:
        return self._columns.spread @ (answer[: self._columns.size] - answer[self._columns.size :])

    def _apart(self, may_move: Booleans) -> SilentHighs:
        """A solver of its own, in which columns that may not move stay, with the limits of all rests."""
        solver = new_solver()
        solver.passModel(self._model(np.ones(self._room.size, dtype=bool)))
        still = np.flatnonzero(~may_move).astype(np.int32)
        nothing = np.zeros(still.size)
        for first in (0, self._columns.size):
            solver.changeColsBounds(still.size, still + np.int32(first), nothing, nothing)
        return solver

    def _model(self, among: Booleans) -> highspy.HighsLp:
        """The program with the limits of rests among some cells."""
        columns, rests = self._columns, np.flatnonzero(among & self._columns.is_rest)
        one = vstack([columns.equations, columns.spread[rests]])
        prices = columns.sum_of(self._prices)
        nothing = np.zeros(columns.equations.shape[0])
        model = make_model(
            csc_array(hstack([one, -one])),
            np.concatenate([prices, prices]),
            np.zeros(2 * columns.size),
            np.concatenate([self._column_rise, self._column_room]),
            np.zeros(one.shape[0]),
        )
        model.row_lower_ = np.concatenate([nothing, -self._room[rests]])
        model.row_upper_ = np.concatenate([nothing, _limit(self._rise[rests])])
        return model

    def _bound(self, columns: Positions) -> None:
        """Columns may change as far as they can, or not at all where they may not."""
        at, nothing, may_move = (
            columns.astype(np.int32),
            np.zeros(columns.size),
            self._column_may_move[columns],
        )
        for first, most in ((0, self._column_rise), (self._columns.size, self._column_room)):
            limits = _limit(np.where(may_move, most[columns], 0.0))
            self._solver.changeColsBounds(at.size, at + np.int32(first), nothing, limits)

    def _fix(self, solver: highspy.Highs, column: int, amount: float) -> None:
        rise, fall = max(amount, 0.0), max(-amount, 0.0)
        solver.changeColBounds(column, rise, rise)
        solver.changeColBounds(column + self._columns.size, fall, fall)


def _whole(change: Floats) -> Change:
    whole = np.rint(change)
    cells = np.flatnonzero(whole)
    return Change(cells, whole[cells])


def _limit(values: Floats) -> Floats:
    return np.where(np.isinf(values), highspy.kHighsInf, values)
