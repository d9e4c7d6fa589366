"""Cells that change alike, rests, and the programs that are asked in columns instead of cells."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipeline.disclosure.changes import ChangeProgram
from pipeline.disclosure.columns import read_columns
from pipeline.disclosure.equations import read_equations

# a is made of b, c and what is left; d is c told again.
CELLS = ["a", "b", "c", "d", "left"]
RELATIONS = pd.DataFrame(
    [("r1", "a", "b"), ("r1", "a", "c"), ("r1", "a", "left"), ("r2", "d", "c")],
    columns=["relation_id", "total_cell", "part_cell"],
)
EQUATIONS = read_equations(pd.Index(CELLS), RELATIONS)
LEFT = np.array([False, False, False, False, True])


def test_cells_alike_share_a_column_and_a_rest_has_none():
    columns = read_columns(EQUATIONS, LEFT)
    assert columns.column.tolist() == [0, 1, 2, 2, -1]
    assert columns.equations.shape[0] == 0
    assert columns.spread.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [1, -1, -1]]
    assert columns.least_of(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).tolist() == [5, 4, 2]
    assert columns.sum_of(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).tolist() == [5, 4, 5]


def test_what_may_not_be_a_rest_keeps_its_column_and_its_equation():
    columns = read_columns(EQUATIONS, np.zeros(5, dtype=bool))
    assert not columns.is_rest.any()
    assert columns.equations.shape == (1, 4)


def test_a_rest_may_not_fall_below_what_it_may_be():
    # What is left is 1 and may be nothing: b can rise by 1 while a and c stay.
    counts, least = np.array([10.0, 6.0, 3.0, 3.0, 1.0]), np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    program = ChangeProgram(EQUATIONS, counts - least, np.full(5, np.inf), LEFT)
    program.allow(np.array([False, True, False, False, True]))
    one = program.cheapest(1, 1.0)
    assert one is not None
    assert dict(zip(one.cells.tolist(), one.amounts.tolist(), strict=True)) == {1: 1, 4: -1}
    assert program.cheapest(1, 2.0) is None


def test_many_that_move_together_stay_within_what_cells_alike_may_be():
    # c may fall to nothing, d is c told again and may not.
    counts, least = np.array([10.0, 6.0, 3.0, 3.0, 1.0]), np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    program = ChangeProgram(EQUATIONS, counts - least, np.full(5, np.inf), LEFT)
    program.set_prices(np.arange(5), np.full(5, 0.001))
    goals = np.array([0.0, 0.0, -3.0, 0.0, 0.0])
    (change,) = program.together(goals, 10.0)
    found = dict(zip(change.cells.tolist(), change.amounts.tolist(), strict=True))
    assert found[2] == found[3] == -2
    still = np.array([True, True, True, False, True])
    program.allow(still)
    assert program.together(goals, 10.0) == []


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_change_costs_what_a_program_of_all_cells_says(seed):
    equations, room, rise, prices, may_be_rest = _draw(np.random.default_rng(seed))
    program = ChangeProgram(equations, room, rise, may_be_rest)
    program.set_prices(np.arange(room.size), prices)
    asked = np.flatnonzero(~may_be_rest)
    solved = 0
    for cell in asked.tolist():
        for amount in (-1.0, 2.0):
            slow = _slow_cost(equations, room, rise, prices, cell, amount)
            change = program.cheapest(cell, amount)
            if slow is None:
                assert change is None
            elif change is not None:
                full = np.zeros(room.size)
                full[change.cells] = change.amounts
                assert np.abs(equations @ full).max() == 0
                assert (-room <= full).all() and (full <= rise).all() and full[cell] == amount
                # In whole numbers it may cost more than in fractions, never less.
                assert prices @ np.abs(full) >= slow - 1e-6
                solved += prices @ np.abs(full) <= slow + 1e-6
        slow = _slow_fall(equations, room, rise, cell)
        assert program.furthest_fall(cell) == pytest.approx(slow, abs=1e-6)
    assert solved > 0


def _draw(random):
    """Sums of sums, totals less parts, and totals told twice; the last cells are rests, which cost nothing."""
    cells, rows = 12, []
    for _ in range(5):
        total, *parts = random.choice(cells, random.integers(3, 5), replace=False)
        row = np.zeros(20)
        row[total], row[parts] = -1, 1
        rows.append(row)
    for rest in range(12, 17):
        total, *parts = random.choice(cells, random.integers(2, 4), replace=False)
        row = np.zeros(20)
        row[total], row[parts], row[rest] = -1, 1, 1
        rows.append(row)
    for same in range(17, 20):
        row = np.zeros(20)
        row[same], row[random.integers(cells)] = -1, 1
        rows.append(row)
    may_be_rest = np.isin(np.arange(20), np.arange(12, 17))
    prices = np.where(may_be_rest, 0.0, random.integers(1, 9, 20))
    room = random.integers(0, 6, 20).astype(float)
    rise = np.where(random.random(20) < 0.7, np.inf, random.integers(0, 6, 20))
    return csr_array(np.array(rows)), room, np.where(may_be_rest, np.inf, rise), prices, may_be_rest


def _slow_cost(equations, room, rise, prices, cell, amount):
    if not -room[cell] <= amount <= rise[cell]:
        return None
    limits = [(0, None if np.isinf(r) else r) for r in np.concatenate([rise, room])]
    limits[cell], limits[cell + room.size] = ((max(a, 0.0),) * 2 for a in (amount, -amount))
    both = np.hstack([equations.toarray(), -equations.toarray()])
    answer = linprog(np.concatenate([prices, prices]), A_eq=both, b_eq=np.zeros(len(both)), bounds=limits)
    return answer.fun if answer.status == 0 else None


def _slow_fall(equations, room, rise, cell):
    limits = [(-low, None if np.isinf(high) else high) for low, high in zip(room, rise, strict=True)]
    goal = np.zeros(room.size)
    goal[cell] = 1.0
    answer = linprog(goal, A_eq=equations.toarray(), b_eq=np.zeros(equations.shape[0]), bounds=limits)
    return -answer.fun
