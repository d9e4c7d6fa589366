"""What a reader can work out of hidden cells is what all possible tables say, and what another exact solver says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.disclosure.intervals import Contradiction, find_intervals
from tests.disclosure.every_table import (
    Made,
    Puzzle,
    Sums,
    TooMany,
    hide_some,
    intervals_by_listing,
    make_grid,
    make_tree,
    make_weighted,
    spoil,
)
from tests.disclosure.other_solver import Intervals, intervals_by_cp_sat

Maker = Callable[[np.random.Generator], Made]
FOUR_PLACES = (("total", (("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", 1.0))),)


def intervals_of(puzzle: Puzzle) -> Intervals | None:
    """What the product finds; None where it says that no table is possible."""
    try:
        found = find_intervals(*puzzle.frames())
    except Contradiction:
        return None
    return [
        (cell, int(low), None if pd.isna(high) else int(high))
        for cell, low, high in found.itertuples(index=False)
    ]


def simple(shown: dict[str, int | None], least: int = 1, sums: Sums = FOUR_PLACES) -> Puzzle:
    """A puzzle in which as much is known of every hidden cell."""
    return Puzzle(shown, sums, dict.fromkeys(shown, least), {})


@pytest.mark.parametrize(
    ("make", "tables", "most_hidden", "cap", "step"),
    [
        (lambda random: make_grid(random, tuple(random.integers(3, 5, size=2))), 700, 12, 25, 3),
        (lambda random: make_grid(random, (2, 2, int(random.integers(2, 4)))), 900, 12, 25, 3),
        (make_tree, 900, 12, 25, 3),
        (make_weighted, 700, 5, 150, 20),
    ],
    ids=["two dimensions", "three dimensions", "areas in areas", "coefficients"],
)
def test_intervals_are_those_of_all_possible_tables(
    make: Maker, tables: int, most_hidden: int, cap: int, step: int
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(tables):
        random = np.random.default_rng(seed)
        puzzle = hide_some(random, make(random), most_hidden)
        if seed % 5 == 0:
            puzzle = spoil(random, puzzle)
        try:
            expected = intervals_by_listing(puzzle, cap, step)
        except TooMany:
            seen["too many"] += 1
            continue
        assert intervals_of(puzzle) == expected, f"seed {seed}: {puzzle}"
        seen["impossible"] += expected is None
        seen["exact"] += sum(low == high for _, low, high in expected or [])
        seen["open"] += sum(high is None or high > low for _, low, high in expected or [])
    assert seen["too many"] < tables / 10
    assert min(seen["impossible"], seen["exact"], seen["open"]) > tables / 20, seen


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "make",
    [
        lambda random: make_grid(random, (14, 9)),
        lambda random: make_grid(random, (6, 5, 2)),
        lambda random: make_grid(random, (4, 4, 4)),
    ],
    ids=["14 by 9", "6 by 5 by 2", "4 by 4 by 4"],
)
def test_intervals_of_larger_tables_are_those_of_another_exact_solver(make: Maker, seed: int) -> None:
    random = np.random.default_rng(seed)
    puzzle = hide_some(random, make(random), most_hidden=70)
    assert intervals_of(puzzle) == intervals_by_cp_sat(*puzzle.frames(), puzzle.hidden)


@pytest.mark.parametrize(
    ("shown", "least", "expected"),
    [
        # One marker in a row hides nothing.
        ({"a": None, "b": 9, "c": 2, "d": 1, "total": 15}, 1, [("a", 3, 3)]),
        # Two ones: their sum says so, where zeros are shown, and not where they are not.
        ({"a": None, "b": None, "c": 6, "d": 7, "total": 15}, 1, [("a", 1, 1), ("b", 1, 1)]),
        ({"a": None, "b": None, "c": 6, "d": 7, "total": 15}, 0, [("a", 0, 2), ("b", 0, 2)]),
        # Without the total nothing ends.
        ({"a": None, "b": None, "c": 6, "d": 7, "total": None}, 1,
         [("a", 1, None), ("b", 1, None), ("total", 15, None)]),
    ],
)  # fmt: skip
def test_a_row_says_of_its_hidden_cells_what_it_must(
    shown: dict[str, int | None], least: int, expected: Intervals
) -> None:
    assert intervals_of(simple(shown, least)) == expected


def test_a_marker_that_names_its_range_confines_its_neighbours() -> None:
    shown = {"a": None, "b": None, "c": 6, "d": 7, "total": 21}
    assert intervals_of(simple(shown)) == [("a", 1, 7), ("b", 1, 7)]
    under_five = Puzzle(shown, FOUR_PLACES, {}, {"a": 4, "b": 4})
    assert intervals_of(under_five) == [("a", 4, 4), ("b", 4, 4)]


def test_cells_without_a_relation_are_between_what_is_known_of_them() -> None:
    puzzle = Puzzle({"alone": None, "small": None, "shown": 3}, (), {"alone": 2}, {"small": 4})
    cells, relations = puzzle.frames()
    relations = relations.astype({"coefficient": float})
    found = find_intervals(cells, relations).astype(object)
    assert found.fillna("no limit").values.tolist() == [["alone", 2, "no limit"], ["small", 1, 4]]


@pytest.mark.parametrize(
    ("shown", "sums", "says"),
    [
        ({"a": 1, "b": 2, "total": 4}, (("total", (("a", 1.0), ("b", 1.0))),), "relation 'r0' is all shown, and"),
        ({"a": None, "b": None, "total": 1}, (("total", (("a", 1.0), ("b", 1.0))),), "relation 'r0' does not hold"),
        # Twice a whole number is not odd: linear programs alone see nothing wrong.
        ({"a": None, "b": None, "c": None, "odd": 7, "total": 20},
         (("odd", (("a", 2.0), ("b", 2.0), ("c", -2.0))), ("total", (("a", 1.0), ("b", 1.0), ("c", 1.0)))),
         "the relations around cell 'a' hold in fractions alone"),
        # Each relation can hold for itself, and both together cannot.
        ({"a": None, "b": None, "c": None, "most": 5, "all": 5},
         (("most", (("a", 1.0), ("b", 1.0))), ("all", (("a", 1.0), ("b", 1.0), ("c", 1.0)))),
         "does not hold in any table that agrees with the shown cells and the other relations"),
    ],
)  # fmt: skip
def test_a_contradiction_names_where_it_is(shown: dict[str, int | None], sums: Sums, says: str) -> None:
    with pytest.raises(Contradiction, match=says):
        find_intervals(*simple(shown, sums=sums).frames())


def test_the_end_of_a_long_interval_is_exact() -> None:
    """A solver that is content with a ten-thousandth stops one short of it."""
    weights, total = (16.0, 29.0, 28.0, 30.0), 904_449
    sums = (("total", tuple(zip("abcd", weights, strict=True))),)
    rests = [total - 16 * a - 29 * b - 28 * c for a, b, c in product(range(1, 31), repeat=3)]
    found = intervals_of(simple({**dict.fromkeys("abcd"), "total": total}, sums=sums))
    assert found is not None
    assert found[3] == ("d", 1, max(rest // 30 for rest in rests if rest % 30 == 0))


def test_thousands_of_hidden_parts_of_one_total_fit_into_memory() -> None:
    parts = tuple((f"p{number}", 1.0) for number in range(3_000))
    shown: dict[str, int | None] = {**dict.fromkeys((part for part, _ in parts), None), "total": 3_004}
    found = intervals_of(simple(shown, sums=(("total", parts),)))
    assert found == [(part, 1, 5) for part, _ in parts]
