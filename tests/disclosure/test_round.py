"""Counts rounded together are near, add up, and could each as well be another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cell_tables import cells_of, random_counts, sums_of, table_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.choose import choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.round import NotRounded, near, round_counts
from pipeline.disclosure.system import OURS, REMAINDER, ROUNDED
from pipeline.disclosure.verify import find_flaws


def rounding(cells: pd.DataFrame, **facts: object) -> pd.DataFrame:
    plain = {"role": OURS, "base": 5.0, "least": np.nan, "was": np.nan, "must_stay": False}
    return cells.assign(**{"threshold": 5.0} | plain | facts)


def rounded(cells: pd.DataFrame, *sums: str) -> list[float]:
    return [float(each) for each in round_counts(cells, sums_of(*sums))]


@pytest.mark.parametrize(
    ("base", "threshold", "count", "possible"),
    [
        # A multiple stays; of others the nearer one, where a small count keeps T values: 0 to 4, or 1 to 9.
        (5, 5, 0, {0}), (5, 5, 5, {5}), (5, 5, 10, {10}), (5, 5, 12, {10}), (5, 5, 13, {15}),
        (5, 5, 1, {0}), (5, 5, 2, {0}), (5, 5, 3, {5}), (5, 5, 4, {5}),
        # Shown as 0 with base 3 it would be 0 to 2: it goes up, where it is 1 to 5.
        (3, 5, 1, {3}), (3, 5, 2, {3}), (3, 5, 3, {3}), (3, 5, 4, {3}), (3, 5, 7, {6}), (3, 5, 8, {9}),
        # With threshold 8 a 4 cannot be shown as 0; as 5 it is 1 to 9.
        (5, 8, 4, {5}), (5, 8, 1, {5}), (5, 8, 6, {5}),
    ],
)  # fmt: skip
def test_a_count_is_shown_as_a_multiple_beside_it_that_hides_it(
    base: int, threshold: int, count: int, possible: set[int]
) -> None:
    cells = rounding(cells_of(a=count), base=float(base), threshold=float(threshold))
    assert set(rounded(cells)) == possible


def test_multiples_add_up_where_the_nearest_would_not() -> None:
    # The nearest of 7, 7 and 14 are 5, 5 and 15.
    total, *parts = rounded(rounding(cells_of(t=14, a=7, b=7)), "t = a + b")
    assert total == sum(parts)


def test_what_is_left_of_a_total_is_never_less_than_nothing() -> None:
    # 9 of 11: shown as 10 of 10, and not as 10 of 5; what is left is published by nobody.
    cells = rounding(cells_of(t=11, a=9, rest=2), role=[OURS, OURS, REMAINDER], base=[5.0, 5.0, np.nan])
    total, part, rest = rounded(cells, "t = a + rest")
    assert total >= part
    assert np.isnan(rest) or rest == total - part


def test_a_count_that_was_shown_rounded_is_shown_so_again() -> None:
    cells = rounding(cells_of(t=13, a=6, b=7), was=[15.0, 10.0, np.nan], must_stay=[True, True, False])
    assert rounded(cells, "t = a + b") == [15.0, 10.0, 5.0]
    # One that was revised keeps to it where it may.
    assert rounded(rounding(cells_of(a=6), was=10.0)) == [10.0]
    assert rounded(rounding(cells_of(a=12), was=20.0)) == [10.0]


def test_a_base_too_small_for_its_threshold_is_refused() -> None:
    with pytest.raises(NotRounded, match="a multiple of 3 gives a count under 8 away"):
        rounded(rounding(cells_of(a=4), base=3.0, threshold=8.0))


def test_multiples_that_cannot_add_up_are_refused_without_a_count() -> None:
    cells = rounding(cells_of(t=5, a=5), was=[5.0, 10.0], must_stay=[True, True])
    with pytest.raises(NotRounded, match=r"no multiples of 5 near the counts add up around cell '[ta]'"):
        rounded(cells, "t = a")


def test_a_relation_with_a_cell_shown_as_it_is_ties_nothing() -> None:
    cells = rounding(cells_of(t=13, a=6, b=7), base=[np.nan, 5.0, 5.0])
    assert rounded(cells, "t = a + b")[1:] == [5.0, 5.0]


TABLES = st.integers(0, 10_000)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from([3.0, 5.0]))
def test_a_rounded_table_with_margins_adds_up_and_hides_every_small_count(seed: int, base: float) -> None:
    random = np.random.default_rng(seed)
    table, sums = table_of(random_counts(random, *random.integers(2, 5, size=2)))
    cells = rounding(table, base=base)
    try:
        shown = round_counts(cells, sums)
    except NotRounded:
        # Where every small count goes up, totals cannot follow: only then.
        assert base < 5
        return
    count = cells["count"].to_numpy()
    off = np.abs(shown.to_numpy() - count)
    assert off.max() < base
    assert not off[count % base == 0].any()
    values = sums.assign(part=sums["part_cell"].map(shown)).groupby("relation_id")["part"].sum()
    assert (values == sums.groupby("relation_id")["total_cell"].first().map(shown)).all()

    least, most = near(shown.to_numpy(), *(cells[name].to_numpy(float) for name in ("base", "threshold")))
    told = cells.assign(role=ROUNDED, least=least, most=most)
    protection = choose_suppressed(told, sums)
    assert find_flaws(told, sums, protection) == [
        f"Cell '{cell}' has no witness that it could be another." for cell in protection.unprotected
    ]
    # What the audit of a reader finds, who knows how far a rounded count can be off, is the judge of both.
    intervals = find_intervals(told.assign(value=np.nan), sums).set_index("cell_id").astype("float64")
    small = told[(told["count"] > 0) & (told["count"] < 5)].set_index("cell_id")
    width = intervals["high"] - intervals["low"]
    narrow = small.index[(width < 4)[small.index]]
    assert set(narrow) <= set(protection.unprotected)


def test_a_zero_is_a_zero_where_no_small_count_is_shown_as_one() -> None:
    shown, threshold = np.array([0.0, 0.0, 3.0]), np.full(3, 5.0)
    least, most = near(shown, np.array([5.0, 3.0, 3.0]), threshold)
    assert least.tolist() == [0, 0, 1]
    assert most.tolist() == [4, 0, 5]
