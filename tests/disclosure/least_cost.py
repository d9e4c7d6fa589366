"""The least that hiding can cost at all: an integer program, whose rules are found as they are broken.

A choice of cells to hide is good if a reader who takes every number for whole or not confines no small count (Fischetti
and Salazar, Management Science 47, 2001). For each small count that a choice leaves too narrow the duals of the
reader's linear program say which cells must be hidden as well: a row of the program. Where the reader's fractions hide
what whole numbers give away, the row says that some further cell must be hidden. All rows hold of the cheapest choice,
so the program's bound is a bound of what any method must lose.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from pipeline.disclosure.equations import Floats, Positions, read_equations
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.solver import SilentHighs

FAR = 1e4
# Duals are rounded to such parts of one, so that a row holds exactly and not up to dust.
FINEST = 60
BROKEN = 1e-4


@dataclass(frozen=True, eq=False)
class LeastCost:
    """No choice costs less than `bound`; `cost` is what the cheapest choice costs, where it was found in time."""

    bound: float
    cost: float | None


@dataclass(frozen=True, eq=False)
class Row:
    """A rule of the program: hidden cells' coefficients add up to `least` or more."""

    coefficients: Floats
    least: float

    def is_broken(self, choice: Floats) -> bool:
        """Whether a choice falls short of it."""
        return self.least - self.coefficients @ choice > BROKEN


class Reader:
    """What a reader of a choice can say of a small count: a linear program that starts from its last answer."""

    def __init__(self, equations: csr_array, room: Floats, is_small: np.ndarray, apart: float) -> None:
        self._equations, self._room, self._is_small, self._apart = equations.tocsc(), room, is_small, apart
        self._solver = _silent()
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = equations.shape
        model.col_cost_ = np.zeros(room.size)
        model.col_lower_, model.col_upper_ = -room, np.full(room.size, FAR)
        model.row_lower_ = model.row_upper_ = np.zeros(equations.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = self._equations.indptr, self._equations.indices
        model.a_matrix_.value_ = self._equations.data
        self._solver.passModel(model)

    def see(self, choice: Floats) -> None:
        """Takes a choice: 1 where a cell is hidden, 0 where it is shown, and between where it is undecided."""
        all_cells = np.arange(choice.size, dtype=np.int32)
        # A further step than the one asked for helps nobody; of what is certainly hidden nothing is known.
        rise = np.where(choice > 1 - BROKEN, FAR, self._apart * choice)
        self._solver.changeColsBounds(choice.size, all_cells, -self._room * choice, rise)

    def find_rows(self, cell: int, choice: Floats) -> list[Row]:
        """The rows that a choice breaks because a small count is narrow; none where it is free."""
        up, down = self._reach(cell, -1.0), self._reach(cell, 1.0)
        # A count cannot fall under 1, whatever is hidden: the rise alone must bring the rest.
        alone = np.zeros(choice.size)
        alone[cell] = self._room[cell]
        rows = []
        for most in (up + down, up + alone):
            least = self._apart - most[self._is_small].sum()
            if least > 0:
                row = Row(np.where(self._is_small, 0.0, np.minimum(most, least)), least)
                if row.is_broken(choice):
                    rows.append(row)
        return rows

    def _reach(self, cell: int, sign: float) -> Floats:
        """How far hiding each cell lets a small count rise (sign -1) or fall (1) at most, by duality; inf: any far."""
        self._solver.changeColCost(cell, sign)
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        duals = np.rint(np.array(self._solver.getSolution().row_dual) * FINEST) / FINEST
        self._solver.changeColCost(cell, 0.0)
        steps = self._equations.T @ duals
        steps[cell] -= sign
        steps = np.rint(steps * FINEST) / FINEST
        return np.where(steps > 0, np.inf, -steps * self._room)


class Program:
    """The cheapest choice that fulfils the rows known so far."""

    def __init__(self, costs: Floats, is_small: np.ndarray, seconds: float) -> None:
        self._solver = _silent()
        self._until = time.perf_counter() + seconds
        self._size = costs.size
        for cost, small in zip(costs.tolist(), is_small.tolist(), strict=True):
            self._solver.addVar(1.0 if small else 0.0, 1.0)
            self._solver.changeColCost(self._solver.getNumCol() - 1, 0.0 if small else cost)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.perf_counter() >= self._until

    def add(self, row: Row) -> None:
        """One more rule."""
        cells = np.flatnonzero(row.coefficients)
        self._solver.addRow(row.least, highspy.kHighsInf, cells.size, cells, row.coefficients[cells])

    def solve(self, is_whole: bool) -> tuple[Floats | None, float]:
        """The cheapest choice, None where the time did not suffice, and a bound of what it costs."""
        kind = highspy.HighsVarType.kInteger if is_whole else highspy.HighsVarType.kContinuous
        self._solver.changeColsIntegrality(
            self._size, np.arange(self._size, dtype=np.int32), np.full(self._size, kind)
        )
        self._solver.setOptionValue(
            "time_limit", self._solver.getRunTime() + max(self._until - time.perf_counter(), 1.0)
        )
        self._solver.run()
        info = self._solver.getInfo()
        is_done = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        bound = info.mip_dual_bound if is_whole else info.objective_function_value if is_done else 0.0
        return (np.array(self._solver.getSolution().col_value) if is_done else None), bound


def find_least_cost(cells: pd.DataFrame, relations: pd.DataFrame, seconds: float) -> LeastCost:
    """The least that secondary cells can cost; `cells` and `relations` are of `choose_suppressed`, one threshold."""
    counts = cells["count"].to_numpy(float)
    [threshold] = cells["threshold"].unique()
    movable = np.flatnonzero(counts > 0)
    counts = counts[movable]
    is_small = counts < threshold
    equations = read_equations(pd.Index(cells["cell_id"]), relations)[:, movable]
    equations = equations[np.flatnonzero(np.diff(equations.indptr))]
    costs = np.log1p(counts) + 1
    program = Program(costs, is_small, seconds)
    for row in _never_alone(equations, is_small):
        program.add(row)
    reader = Reader(equations, counts - 1, is_small, threshold - 1)
    small = np.flatnonzero(is_small)
    is_whole, bound = False, 0.0
    while not program.is_over:
        choice, found = program.solve(is_whole)
        bound = max(bound, found)
        if choice is None:
            break
        if is_whole:
            choice = np.rint(choice)
        reader.see(choice)
        rows = [row for cell in small.tolist() for row in reader.find_rows(cell, choice)]
        if not rows and is_whole:
            if not _is_narrow(cells, relations, movable[choice > 0.5], threshold):
                return LeastCost(found, float(costs[(choice > 0.5) & ~is_small].sum()))
            rows = [Row(np.where(choice > 0.5, 0.0, 1.0), 1.0)]
        for row in rows:
            program.add(row)
        is_whole = is_whole or not rows
    return LeastCost(bound, None)


def _never_alone(equations: csr_array, is_small: np.ndarray) -> list[Row]:
    """The cheapest choice hides no large cell that a sum gives away: another cell of the sum is hidden too."""
    rows = []
    for number in range(equations.shape[0]):
        cells = equations.indices[equations.indptr[number] : equations.indptr[number + 1]]
        if not is_small[cells].any():
            for cell in cells:
                coefficients = np.zeros(is_small.size)
                coefficients[cells] = 1.0
                coefficients[cell] = -1.0
                rows.append(Row(coefficients, 0.0))
    return rows


def _is_narrow(cells: pd.DataFrame, relations: pd.DataFrame, hidden: Positions, threshold: float) -> bool:
    """Whether whole numbers confine a small count though fractions do not."""
    is_hidden = np.isin(np.arange(len(cells)), hidden)
    intervals = find_intervals(cells.assign(value=cells["count"].where(~is_hidden)), relations)
    small = cells.loc[(cells["count"] > 0) & (cells["count"] < threshold), "cell_id"]
    of_small = intervals.set_index("cell_id").loc[small]
    return bool(((of_small["high"] - of_small["low"]).fillna(np.inf) < threshold - 1).any())


def _silent() -> highspy.Highs:
    solver = SilentHighs()
    solver.setOptionValue("threads", 1)
    return solver
