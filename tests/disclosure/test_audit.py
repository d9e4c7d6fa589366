"""What can be worked out is exactly what listing every possible table says can be worked out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.audit import exactly_recoverable
from pipeline.disclosure.suppress import choose_suppressed

Sums = list[tuple[str, list[str]]]


def frames_of(counts: dict[str, int | None], sums: Sums) -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = pd.DataFrame(
        {"cell_id": list(counts), "count": pd.array(list(counts.values()), dtype="Float64"), "threshold": 5}
    )
    rows = [(i, total, part) for i, (total, parts) in enumerate(sums) for part in parts]
    return cells, pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell"])


def recovered(counts: dict[str, int | None], hidden: str, sums: Sums) -> str:
    """The cells that can be worked out, of those hidden."""
    cells, relations = frames_of(counts, sums)
    is_hidden = pd.Series({cell: cell in hidden.split() for cell in counts})
    return " ".join(str(cell) for cell in exactly_recoverable(cells, is_hidden, relations))


def recovered_by_listing(counts: dict[str, int], hidden: list[str], sums: Sums, most: int) -> list[str]:
    """The same by trying every whole number from 1 to `most` in every hidden cell."""
    possible: list[tuple[int, ...]] = []
    for guess in product(range(1, most + 1), repeat=len(hidden)):
        table = {**counts, **dict(zip(hidden, guess, strict=True))}
        if all(table[total] == sum(table[part] for part in parts) for total, parts in sums):
            possible.append(guess)
    values_of = dict(zip(hidden, zip(*possible, strict=True), strict=True))
    return [cell for cell, values in values_of.items() if len(set(values)) == 1]


@pytest.mark.parametrize(
    ("hidden", "answer"),
    [
        ("", ""),
        ("a", "a"),
        ("a b", ""),
        ("a total", ""),
        ("a b total", ""),
        # one and one: their sum says so
        ("ones also", "ones also"),
        ("ones also a", ""),
    ],
)
def test_a_sum_gives_back_what_it_must(hidden: str, answer: str) -> None:
    counts = {"a": 3, "b": 9, "ones": 1, "also": 1, "total": 14}
    assert recovered(counts, hidden, [("total", ["a", "b", "ones", "also"])]) == answer


def test_rows_and_columns_give_back_what_no_single_one_does() -> None:
    # The south's 2 is 1 and 1; taken from the columns' 4 and 2 that leaves the north's 3 and 1.
    counts = {"nx": 3, "ny": 1, "n": 4, "sx": 1, "sy": 1, "s": 2, "x": 4, "y": 2, "t": 6}
    sums = [("n", ["nx", "ny"]), ("s", ["sx", "sy"]), ("x", ["nx", "sx"]), ("y", ["ny", "sy"])]
    assert recovered(counts, "nx ny sx sy", sums) == "nx ny sx sy"
    counts |= {"ny": 2, "n": 5, "y": 3, "t": 7, "sx": 2, "s": 3, "x": 5}
    assert recovered(counts, "nx ny sx sy", sums) == ""


def test_what_follows_from_what_follows_is_found() -> None:
    counts = {"a": 1, "b": 2, "ab": 3, "c": 7, "abc": 10, "d": 9, "all": 19}
    sums = [("ab", ["a", "b"]), ("abc", ["ab", "c"]), ("all", ["abc", "d"])]
    assert recovered(counts, "a ab abc", sums) == "a ab abc"
    assert recovered(counts, "a b ab abc", sums) == "ab abc"


def test_differences_of_overlapping_sums_are_found() -> None:
    # all = p + q and all = p + r + s: so q = r + s, though no relation says so.
    counts = {"p": 8, "q": 2, "r": 1, "s": 1, "all": 10}
    sums = [("all", ["p", "q"]), ("all", ["p", "r", "s"])]
    assert recovered(counts, "p q r", sums) == ""
    assert recovered(counts, "p q r s", sums) == ""
    counts |= {"t": 1, "rs": 2}
    assert recovered(counts, "p q r s", [*sums, ("rs", ["r", "s"])]) == "p q r s"


def test_a_count_that_nobody_knows_keeps_its_sum_open_but_is_not_reported() -> None:
    assert recovered({"a": 3, "b": None, "total": 12}, "a", [("total", ["a", "b"])]) == ""
    assert recovered({"a": 3, "b": None, "total": 3, "c": 0}, "a", [("total", ["a", "b", "c"])]) == ""
    # Nothing is left for b but 0 where the total is as small as it can be.
    assert recovered({"a": 1, "b": None, "total": 1}, "a", [("total", ["a", "b"])]) == "a"


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[dict[str, int], list[str], Sums]:
    """A table of up to 2 by 3 with its margins, and a few of its cells hidden."""
    rows, columns = draw(st.sampled_from([(1, 2), (1, 3), (2, 2), (2, 3)]))
    inside = np.array(draw(st.lists(st.integers(0, 3), min_size=rows * columns, max_size=rows * columns)))
    table = np.pad(inside.reshape(rows, columns), ((0, 1), (0, 1)))
    table[-1] = table.sum(axis=0)
    table[:, -1] = table.sum(axis=1)
    names = np.array([[f"{r}.{c}" for c in range(columns + 1)] for r in range(rows + 1)])
    counts = {str(name): int(count) for name, count in zip(names.flat, table.flat, strict=True)}
    sums = [(str(line[-1]), [str(part) for part in line[:-1]]) for line in [*names, *names.T]]
    hidable = [name for name, count in counts.items() if count > 0]
    hidden = draw(st.lists(st.sampled_from(hidable), unique=True, max_size=4)) if hidable else []
    return counts, [name for name in counts if name in hidden], sums


@settings(max_examples=80, deadline=None)
@given(small_tables())
def test_the_answer_is_that_of_listing_every_table(table: tuple[dict[str, int], list[str], Sums]) -> None:
    counts, hidden, sums = table
    # No more than two above the largest count is needed for a second value to show, if there is one.
    most = max([counts[cell] for cell in hidden], default=0) + 2
    expected = recovered_by_listing(counts, hidden, sums, most) if hidden else []
    assert recovered(dict(counts), " ".join(hidden), sums) == " ".join(expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(2, 10))
def test_the_thin_rule_protects_every_small_part_of_a_lone_sum(counts: list[int], threshold: int) -> None:
    names = [f"p{i}" for i in range(len(counts))]
    cells, relations = frames_of(
        dict(zip(names, counts, strict=True)) | {"total": sum(counts)}, [("total", names)]
    )
    cells["threshold"] = threshold
    assert exactly_recoverable(cells, choose_suppressed(cells, relations), relations) == []


def test_the_thin_rule_is_no_proof() -> None:
    # Two definitions share a and b. Each sum has two hidden cells or more, but 71 - 50 is a + b,
    # and 23 less that is x.
    counts: dict[str, int | None] = {"a": 10, "b": 11, "x": 2, "y": 50, "narrow": 23, "broad": 71}
    cells, relations = frames_of(counts, [("narrow", ["a", "b", "x"]), ("broad", ["a", "b", "y"])])
    hidden = choose_suppressed(cells, relations)
    assert list(hidden.index[hidden]) == ["a", "b", "x"]
    assert exactly_recoverable(cells, hidden, relations) == ["x"]


@pytest.mark.parametrize(
    ("counts", "hidden", "sentence"),
    [
        ({"a": 1.5, "t": 1.5}, {"a": True, "t": False}, "counts must be whole to be audited"),
        ({"a": 0, "t": 0}, {"a": True, "t": False}, "zeros are shown, so none may be hidden"),
        ({"a": 1, "t": 1}, {"a": True}, "hidden must say yes or no for each cell, and says nothing of 't'"),
    ],
)
def test_what_cannot_be_audited_is_refused_in_one_sentence(
    counts: dict[str, float], hidden: dict[str, bool], sentence: str
) -> None:
    cells, relations = frames_of(counts, [("t", ["a"])])  # type: ignore[arg-type]
    with pytest.raises(ValueError) as refusal:
        exactly_recoverable(cells, pd.Series(hidden), relations)
    assert str(refusal.value) == sentence
