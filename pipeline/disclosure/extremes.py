"""How low and how high hidden cells that say something about each other can be: programs by HiGHS."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np
from scipy.sparse import csr_array

from pipeline.disclosure.bounds import tighten
from pipeline.disclosure.equations import DUST, Floats
from pipeline.disclosure.solver import make_model, make_whole, new_solver, solve

# How often a whole table with a given value is looked for by linear programs, which are quick, before whole numbers.
TRIES = 6


class NoTable(Exception):
    """No table of whole numbers fulfils the equations."""


class Extremes:
    """The extremes of cells, those seen so far in whole tables among them.

    A cell is a column of `equations`; a table fulfils equations @ table = sums between `least` and `most` (inf: no
    limit).
    """

    def __init__(self, equations: csr_array, sums: Floats, least: Floats, most: Floats) -> None:
        self._equations, self._sums = equations, sums
        limits = tighten(equations, sums, least, most)
        if limits is None:
            raise NoTable
        self._low, self._high = limits
        size = least.size
        self._seen_low, self._seen_high = np.full(size, np.inf), np.full(size, -np.inf)
        self._all = np.arange(size, dtype=np.int32)
        self._solver = new_solver(simplex_strategy=4)
        self._solver.passModel(self._model())

    def find(self, advance: Callable[[int], None]) -> tuple[Floats, Floats]:
        """The lowest and the highest possible value of each cell; raises NoTable where there is none.

        `advance` is told of each cell that is done.
        """
        for cell in range(self._low.size):
            if self._seen_low[cell] > self._low[cell]:
                self._low[cell] = self._extreme(cell, 1.0)
            if self._seen_high[cell] < self._high[cell]:
                self._high[cell] = -self._extreme(cell, -1.0)
            advance(1)
        return self._low, self._high

    def _extreme(self, cell: int, sign: float) -> float:
        """The least that sign × the cell can be in a whole table; -inf where there is no limit."""
        self._solver.changeColCost(cell, sign)
        answer = solve(self._solver)
        self._solver.changeColCost(cell, 0.0)
        if answer is None:
            raise NoTable
        if isinstance(answer, float):
            return answer
        bound = float(np.ceil(sign * answer[cell] - DUST))
        self._see(answer)
        if self._has_seen(cell, sign, bound) or self._finds_whole(cell, sign, bound, answer):
            return bound
        return self._extreme_whole(cell, sign)

    def _has_seen(self, cell: int, sign: float, bound: float) -> bool:
        return bound == (self._seen_low[cell] if sign > 0 else -self._seen_high[cell])

    def _finds_whole(self, cell: int, sign: float, bound: float, answer: Floats) -> bool:
        """Whether a whole table with that value is among a few corners near an answer in fractions."""
        # The same on every machine: what is found must not depend on chance, and does not; how fast, might.
        random = np.random.default_rng(cell)
        value = sign * bound
        low, high = self._low[cell], self._high[cell]
        self._solver.changeColBounds(cell, value, value)
        broken = np.zeros(answer.size, dtype=bool)
        table: Floats | float | None = answer
        for _ in range(TRIES):
            if not isinstance(table, np.ndarray):
                break
            broken |= np.abs(table - np.rint(table)) > DUST
            self._solver.changeColsCost(answer.size, self._all, broken * random.normal(size=answer.size))
            table = solve(self._solver)
            if isinstance(table, np.ndarray) and self._see(table):
                break
        self._solver.changeColsCost(answer.size, self._all, np.zeros(answer.size))
        self._solver.changeColBounds(cell, low, highspy.kHighsInf if np.isinf(high) else high)
        return self._has_seen(cell, sign, bound)

    def _extreme_whole(self, cell: int, sign: float) -> float:
        solver = new_solver()
        solver.passModel(self._model())
        make_whole(solver)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.changeColCost(cell, sign)
        answer = solve(solver)
        if not isinstance(answer, np.ndarray):
            raise NoTable
        self._see(answer)
        return float(np.rint(sign * answer[cell]))

    def _see(self, table: Floats) -> bool:
        """Takes note of a table's values where it is whole; says whether it is."""
        whole = np.rint(table)
        if np.abs(table - whole).max() > DUST or np.abs(self._equations @ whole - self._sums).max() > DUST:
            return False
        self._seen_low = np.minimum(self._seen_low, whole)
        self._seen_high = np.maximum(self._seen_high, whole)
        return True

    def _model(self) -> highspy.HighsLp:
        return make_model(
            self._equations.tocsc(), np.zeros(self._low.size), self._low, self._high, self._sums
        )
