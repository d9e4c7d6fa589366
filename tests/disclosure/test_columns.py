"""Cells that change alike, rests, and the programs that are asked in columns instead of cells."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
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
# Draws in which nothing that was asked for can change.
WITHOUT_ANY = (27,)
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


def test_an_equation_with_fractions_leaves_no_rest():
    # a = b / 2 + left: if b rises by one and a stays, what is left is no whole number.
    halves = csr_array(np.array([[-1.0, 0.5, 1.0]]))
    program = ChangeProgram(halves, np.full(3, 5.0), np.full(3, np.inf), np.array([False, False, True]))
    program.allow(np.array([False, True, True]))
    assert program.cheapest(1, 1.0) is None
    two = program.cheapest(1, 2.0)
    assert two is not None and two.amounts.tolist() == [2, -1]


@pytest.mark.parametrize("seed", range(40))
def test_a_change_is_found_wherever_there_is_one_beside_the_cheapest_in_fractions(seed, monkeypatch):
    answers = []
    mend = ChangeProgram._mend
    monkeypatch.setattr(
        ChangeProgram,
        "_mend",
        lambda self, change, *still: answers.append(change) or mend(self, change, *still),
    )
    random = np.random.default_rng(seed)
    equations, room, rise, prices, may_be_rest = _draw(random)
    program = ChangeProgram(equations, room, rise, may_be_rest)
    program.set_prices(np.arange(room.size), prices)
    may_move = may_be_rest | (random.random(room.size) < 0.8)
    program.allow(may_move)
    room, rise = np.where(may_move, room, 0.0), np.where(may_move, rise, 0.0)
    found = 0
    for cell in np.flatnonzero(~may_be_rest).tolist():
        for amount in (-1.0, 2.0):
            fractions, whole = (
                _slow_cost(equations, room, rise, prices, cell, amount, is_whole)
                for is_whole in (False, True)
            )
            answers.clear()
            change = program.cheapest(cell, amount)
            assert (change is None) == (whole is None)
            if answers:
                assert prices @ np.abs(answers[0]) == pytest.approx(fractions, abs=1e-6)
            if change is not None:
                full = np.zeros(room.size)
                full[change.cells] = change.amounts
                assert np.abs(equations @ full).max() == 0
                assert (-room <= full).all() and (full <= rise).all() and full[cell] == amount
                # Whole numbers are looked for near the answer in fractions: not always the cheapest.
                assert prices @ np.abs(full) >= whole - 1e-6
                found += 1
        assert program.furthest_fall(cell) == pytest.approx(_slow_fall(equations, room, rise, cell), abs=1e-6)
    assert found or seed in WITHOUT_ANY


def _draw(random):
    """Sums in which one part may count twice, totals less parts, and totals told again; rests cost nothing."""
    rows = []
    for _ in range(5):
        total, double, *parts = random.choice(12, random.integers(3, 6), replace=False)
        row = np.zeros(20)
        row[total], row[double], row[parts] = -1, random.integers(1, 3), 1
        rows.append(row)
    for rest in range(12, 17):
        total, *parts = random.choice(12, random.integers(2, 4), replace=False)
        row = np.zeros(20)
        row[total], row[parts], row[rest] = -1, 1, 1
        rows.append(row)
    for same in range(17, 20):
        row = np.zeros(20)
        row[same], row[random.integers(12)] = -1, 1
        rows.append(row)
    may_be_rest = np.isin(np.arange(20), np.arange(12, 17))
    prices = np.where(may_be_rest, 0.0, random.integers(1, 9, 20))
    room = random.integers(0, 9, 20).astype(float)
    rise = np.where(random.random(20) < 0.6, np.inf, random.integers(0, 6, 20))
    return csr_array(np.array(rows)), room, rise, prices, may_be_rest


def _slow_cost(equations, room, rise, prices, cell, amount, is_whole):
    """The least cost, of all cells and with all limits at once; None where there is no change."""
    if not -room[cell] <= amount <= rise[cell]:
        return None
    low, high = np.zeros(2 * room.size), np.concatenate([rise, room])
    for at, value in ((cell, max(amount, 0.0)), (cell + room.size, max(-amount, 0.0))):
        low[at] = high[at] = value
    both = np.hstack([equations.toarray(), -equations.toarray()])
    answer = milp(
        np.concatenate([prices, prices]),
        integrality=np.full(2 * room.size, is_whole),
        bounds=Bounds(low, high),
        constraints=LinearConstraint(both, 0.0, 0.0),
    )
    return answer.fun if answer.success else None


def _slow_fall(equations, room, rise, cell):
    goal = np.zeros(room.size)
    goal[cell] = 1.0
    limits = list(zip(-room, rise, strict=True))
    answer = linprog(goal, A_eq=equations.toarray(), b_eq=np.zeros(equations.shape[0]), bounds=limits)
    return -answer.fun


@pytest.mark.parametrize("seed", range(20))
def test_no_program_changes_a_cell_that_is_stuck(seed):
    random = np.random.default_rng(seed)
    equations, room, rise, _, may_be_rest = _draw(random)
    program = ChangeProgram(equations, room, rise, may_be_rest)
    program.allow(may_be_rest | (random.random(room.size) < 0.6))
    stuck = program.find_stuck()
    for cell in np.flatnonzero(stuck & ~may_be_rest).tolist():
        assert program.cheapest(cell, 1.0) is None and program.cheapest(cell, -1.0) is None


def test_one_hidden_cell_of_a_sum_is_stuck_and_so_is_what_it_leaves_alone():
    # a + b = t and b + c = u; with t and u shown, b follows from a, and c from b.
    sums = csr_array(np.array([[1.0, 1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 1.0, 0.0, -1.0]]))
    program = ChangeProgram(sums, np.full(5, 9.0), np.full(5, np.inf), np.zeros(5, dtype=bool))
    program.allow(np.array([True, True, True, False, False]))
    assert not program.find_stuck()[:3].any()
    program.allow(np.array([False, True, True, False, False]))
    assert program.find_stuck().all()
