"""Counts rounded together are near, add up, and could each as well be another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cell_tables import cells_of, random_counts, sums_of, table_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.choose import Protection, choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.round import NotRounded, near, round_counts
from pipeline.disclosure.system import OURS, REMAINDER, ROUNDED
from pipeline.disclosure.verify import find_flaws


def rounding(cells: pd.DataFrame, **facts: object) -> pd.DataFrame:
    plain = {"role": OURS, "base_together": 5.0, "least": np.nan, "was": np.nan, "must_stay": False}
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
    cells = rounding(cells_of(a=count), base_together=float(base), threshold=float(threshold))
    assert set(rounded(cells)) == possible


def test_multiples_add_up_where_the_nearest_would_not() -> None:
    # The nearest of 7, 7 and 14 are 5, 5 and 15.
    total, *parts = rounded(rounding(cells_of(t=14, a=7, b=7)), "t = a + b")
    assert total == sum(parts)


def test_what_is_left_of_a_total_is_never_less_than_nothing() -> None:
    # 9 of 11: shown as 10 of 10, and not as 10 of 5; what is left is published by nobody.
    cells = rounding(
        cells_of(t=11, a=9, rest=2), role=[OURS, OURS, REMAINDER], base_together=[5.0, 5.0, np.nan]
    )
    total, part, rest = rounded(cells, "t = a + rest")
    assert total >= part
    assert np.isnan(rest) or rest == total - part


def test_a_count_that_was_shown_rounded_is_shown_so_again() -> None:
    cells = rounding(cells_of(t=13, a=6, b=7), was=[15.0, 10.0, np.nan], must_stay=[True, True, False])
    assert rounded(cells, "t = a + b") == [15.0, 10.0, 5.0]
    # One that was revised keeps to it where it may.
    assert rounded(rounding(cells_of(a=6), was=10.0)) == [10.0]
    assert rounded(rounding(cells_of(a=12), was=20.0)) == [10.0]


def test_a_larger_count_is_shown_anew_where_another_was_revised_and_nothing_else_adds_up() -> None:
    # a was 9, shown as 5, and is 10 now; t was 17 and is 18, which is shown as 15 or 20; b is 8 as it was.
    cells = rounding(cells_of(t=18, a=10, b=8), was=[15.0, 5.0, 10.0], must_stay=[False, False, True])
    assert rounded(cells, "t = a + b") == [20.0, 10.0, 10.0]
    cells = cells.assign(was=[15.0, 5.0, 15.0])
    assert rounded(cells, "t = a + b")[2] in (5.0, 10.0)
    # A small one is shown as it was, whatever becomes of the rest.
    small = rounding(cells_of(t=14, a=10, b=4), was=[np.nan, np.nan, 15.0], must_stay=[False, False, True])
    with pytest.raises(NotRounded):
        rounded(small, "t = a + b")


def test_a_base_too_small_for_its_threshold_is_refused() -> None:
    with pytest.raises(NotRounded, match="a multiple of 3 gives a count under 8 away"):
        rounded(rounding(cells_of(a=4), base_together=3.0, threshold=8.0))


def test_multiples_that_cannot_add_up_are_refused_without_a_count() -> None:
    cells = rounding(cells_of(t=4, a=4), was=[5.0, 0.0], must_stay=[True, True])
    with pytest.raises(NotRounded, match=r"no multiples of 5 near the counts add up around cell '[ta]'"):
        rounded(cells, "t = a")


def test_a_relation_with_a_cell_shown_as_it_is_ties_nothing() -> None:
    cells = rounding(cells_of(t=13, a=6, b=7), base_together=[np.nan, 5.0, 5.0])
    assert rounded(cells, "t = a + b")[1:] == [5.0, 5.0]


def table_with_margins(seed: int, base: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(seed)
    table, sums = table_of(random_counts(random, *random.integers(2, 5, size=2)))
    return rounding(table, base_together=base), sums


def proof_of(cells: pd.DataFrame, sums: pd.DataFrame, shown: pd.Series) -> tuple[pd.DataFrame, Protection]:
    """The cells with what is shown of each and what a reader knows of it, and the witnesses."""
    least, most = near(
        shown.to_numpy(), *(cells[name].to_numpy(float) for name in ("base_together", "threshold"))
    )
    told = cells.assign(role=ROUNDED, rounded=shown.to_numpy(), least=least, most=most)
    return told, choose_suppressed(told, sums)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_table_rounded_to_5_adds_up_and_hides_every_small_count(seed: int) -> None:
    check_rounded(*table_with_margins(seed, 5.0))


def test_a_table_rounded_to_3_does_so_too_unless_totals_cannot_follow_small_counts_that_all_go_up() -> None:
    checked = 0
    for seed in range(60):
        cells, sums = table_with_margins(seed, 3.0)
        try:
            round_counts(cells, sums)
        except NotRounded:
            continue
        check_rounded(cells, sums)
        checked += 1
    # The other 17 have no such multiples, which the integer program proves.
    assert checked == 43


def check_rounded(cells: pd.DataFrame, sums: pd.DataFrame) -> None:
    shown = round_counts(cells, sums)
    base = cells["base_together"].to_numpy()
    count = cells["count"].to_numpy()
    off = np.abs(shown.to_numpy() - count)
    assert (off < base).all()
    assert not off[count % base == 0].any()
    values = sums.assign(part=sums["part_cell"].map(shown)).groupby("relation_id")["part"].sum()
    assert (values == sums.groupby("relation_id")["total_cell"].first().map(shown)).all()

    told, protection = proof_of(cells, sums, shown)
    assert find_flaws(told, sums, protection) == [
        f"Cell '{cell}' has no witness that it could be another." for cell in protection.unprotected
    ]
    # What the audit of a reader finds, who knows how far a rounded count can be off, is the judge of both.
    intervals = find_intervals(told.assign(value=np.nan), sums).set_index("cell_id").astype("float64")
    small = told[(told["count"] > 0) & (told["count"] < 5)].set_index("cell_id")
    width = intervals["high"] - intervals["low"]
    narrow = small.index[(width < 4)[small.index]]
    assert set(narrow) <= set(protection.unprotected)


def test_what_is_shown_of_rounded_counts_is_checked_apart_from_the_choice() -> None:
    cells, sums = rounding(cells_of(t=13, a=6, b=7)), sums_of("t = a + b")
    told, protection = proof_of(cells, sums, round_counts(cells, sums))
    assert find_flaws(told, sums, protection) == []

    def flaws_with(**shown: float) -> list[str]:
        changed = told.set_index("cell_id")["rounded"].replace({}).copy()
        changed.update(pd.Series(shown))
        return find_flaws(told.assign(rounded=changed.to_numpy()), sums, protection)

    assert flaws_with(a=7.0)[0] == "Cell 'a' is shown as no multiple of its base."
    assert flaws_with(a=15.0)[0] == "Cell 'a' is shown as a multiple not beside it."
    assert "What is shown of relation '0' does not add up." in flaws_with(t=10.0, a=10.0, b=10.0)


def test_a_witness_that_leaves_the_window_of_a_rounded_count_is_found_whatever_limits_are_given() -> None:
    cells, sums = rounding(cells_of(t=13, a=3, b=10)), sums_of("t = a + b")
    told, protection = proof_of(cells, sums, round_counts(cells, sums))
    assert find_flaws(told, sums, protection) == []
    # Limits that are too wide let witnesses through that no reader who sees the multiples believes.
    wide = told.assign(least=0.0, most=100.0)
    further = protection.tables.assign(change=protection.tables["change"] * 7)
    flaws = find_flaws(wide, sums, replace(protection, tables=further))
    assert any("is less or more than can be in a witness table" in flaw for flaw in flaws)


def test_beside_a_remainder_parts_are_shown_as_no_more_than_their_total() -> None:
    cells = rounding(
        cells_of(t=11, a=9, rest=2), role=[ROUNDED, ROUNDED, REMAINDER], base_together=[5.0, 5.0, np.nan]
    ).assign(rounded=[10.0, 10.0, np.nan], least=[6.0, 6.0, 0.0], most=[14.0, 14.0, 8.0])
    sums = sums_of("t = a + rest")
    protection = choose_suppressed(cells, sums)
    assert find_flaws(cells, sums, protection) == []
    flaws = find_flaws(cells.assign(rounded=[10.0, 15.0, np.nan]), sums, protection)
    assert any("does not add up" in flaw for flaw in flaws)


def test_a_zero_is_a_zero_where_no_small_count_is_shown_as_one() -> None:
    shown, threshold = np.array([0.0, 0.0, 3.0]), np.full(3, 5.0)
    least, most = near(shown, np.array([5.0, 3.0, 3.0]), threshold)
    assert least.tolist() == [0, 0, 1]
    assert most.tolist() == [4, 0, 5]
