"""HiGHS, asked the same way everywhere."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array

from pipeline.disclosure.equations import Floats

ANSWERS = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kInfeasible,
)


class SilentHighs(highspy.Highs):
    """HiGHS says its name when callbacks are enabled, which its constructor does before it can be silenced."""

    def enableCallbacks(self) -> None:
        self.silent()


def new_solver(simplex_strategy: int = 1) -> SilentHighs:
    """A silent solver of one thread; strategies: 1 dual simplex, 4 primal."""
    solver = SilentHighs()
    # HiGHS wants the same number of threads in every instance of a process.
    solver.setOptionValue("threads", 1)
    # Each program differs from the last by a bound or a price: the last answer is a better start than presolve.
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("simplex_strategy", simplex_strategy)
    return solver


def make_model(
    equations: csc_array, prices: Floats, low: Floats, high: Floats, sums: Floats
) -> highspy.HighsLp:
    """The linear program: the cheapest x with equations @ x = sums, between low and high (inf: no limit)."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = equations.shape
    model.col_cost_ = prices
    model.col_lower_, model.col_upper_ = low, np.where(np.isinf(high), highspy.kHighsInf, high)
    model.row_lower_ = model.row_upper_ = sums
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = equations.indptr
    model.a_matrix_.index_ = equations.indices
    model.a_matrix_.value_ = equations.data
    return model


def make_whole(solver: highspy.Highs) -> None:
    """Asks for whole numbers in every column."""
    size = solver.getNumCol()
    kinds = np.full(size, highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(size, np.arange(size, dtype=np.int32), kinds)
    # A whole-number program is asked once: here presolve pays.
    solver.setOptionValue("presolve", "on")


def solve(solver: highspy.Highs) -> Floats | float | None:
    """The answer; -inf where there is no limit to how cheap it gets; None where there is no answer at all."""
    solver.run()
    status = solver.getModelStatus()
    if status not in ANSWERS:
        # From where the last answer was it lost its way: afresh.
        solver.clearSolver()
        solver.run()
        status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return np.array(solver.getSolution().col_value)
    if status == highspy.HighsModelStatus.kUnbounded:
        return float("-inf")
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    raise RuntimeError(f"the solver gave no answer: {solver.modelStatusToString(status)}")
