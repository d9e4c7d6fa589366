"""Small counts are hidden, no single subtraction gives one back, and nothing else is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.suppress import choose_suppressed


def cells_of(**counts: float | None) -> pd.DataFrame:
    """A cell a name, with threshold 5; names in CAPITALS are openly published."""
    return pd.DataFrame(
        {
            "cell_id": list(counts),
            "count": pd.array(list(counts.values()), dtype="Float64"),
            "threshold": pd.array([None if name.isupper() else 5 for name in counts], dtype="Int64"),
        }
    )


def sums_of(*sums: str) -> pd.DataFrame:
    """A relation a sum, written as 'total = part + part'."""
    rows = []
    for relation_id, line in enumerate(sums):
        total, parts = line.split(" = ")
        rows += [(relation_id, total, part) for part in parts.split(" + ")]
    return pd.DataFrame(rows, columns=["relation_id", "total_cell", "part_cell"])


def hidden_in(cells: pd.DataFrame, *sums: str) -> str:
    """The hidden cells' names, in the order of the cells."""
    is_hidden = choose_suppressed(cells, sums_of(*sums))
    return " ".join(is_hidden.index[is_hidden])


@pytest.mark.parametrize(
    ("count", "is_hidden"), [(0, False), (1, True), (4, True), (5, False), (6, False), (None, False)]
)
def test_a_count_is_hidden_from_one_to_below_its_threshold(count: int | None, is_hidden: bool) -> None:
    chosen = choose_suppressed(cells_of(alone=count), sums_of())
    assert chosen.to_dict() == {"alone": is_hidden}
    assert (chosen.dtype, chosen.name, chosen.index.name) == (np.dtype(bool), "is_hidden", "cell_id")


def test_an_openly_published_count_is_never_hidden() -> None:
    assert hidden_in(cells_of(OPEN=3, SUM=5, OTHER=2), "SUM = OPEN + OTHER") == ""


def test_each_cell_has_its_own_threshold() -> None:
    cells = cells_of(three=3, seven=7)
    cells["threshold"] = [3, 8]
    assert hidden_in(cells) == "seven"


@pytest.mark.parametrize(
    ("domestic", "other", "unknown", "hidden"),
    [
        # domestic + other + unknown = total, threshold 5
        (60, 70, 20, ""),
        (60, 70, 0, ""),
        (60, 70, 4, "domestic unknown"),
        (60, 70, 5, ""),
        (0, 70, 4, "other unknown"),
        (3, 70, 2, "domestic unknown"),
        # 66 of 70 leave 4, in two cells of which neither says so alone
        (1, 66, 3, "domestic other unknown"),
        # 70 of 70: nothing small is left
        (0, 70, 0, ""),
        # two ones are known to be ones: a third goes with them
        (1, 70, 1, "domestic other unknown"),
        # the whole is small, and so is each part of it
        (0, 3, 0, "other total"),
        (1, 1, 1, "domestic other unknown total"),
    ],
)
def test_domestic_other_and_unknown_add_up_to_the_total(
    domestic: int, other: int, unknown: int, hidden: str
) -> None:
    cells = cells_of(domestic=domestic, other=other, unknown=unknown, total=domestic + other + unknown)
    assert hidden_in(cells, "total = domestic + other + unknown") == hidden


@pytest.mark.parametrize(
    ("one", "another", "hidden"),
    [(1, 2, "big one another"), (2, 2, "big one another"), (2, 3, "one another"), (0, 4, "big another")],
)
def test_what_a_cell_leaves_of_its_total_is_judged_as_a_count_is(one: int, another: int, hidden: str) -> None:
    # 104 less 100 would say that the two small ones are 4 together.
    cells = cells_of(big=100, one=one, another=another, total=100 + one + another)
    assert hidden_in(cells, "total = big + one + another") == hidden


def test_openly_published_parts_are_subtracted_first() -> None:
    # 103 - 100 leaves 3 in two hidden cells: the total is held back too.
    assert hidden_in(cells_of(OPEN=100, a=1, b=2, total=103), "total = OPEN + a + b") == "a b total"
    # What is left beside `a` is public, however small.
    assert hidden_in(cells_of(OPEN=3, a=100, total=103), "total = OPEN + a") == ""
    assert hidden_in(cells_of(OPEN=3, a=100, b=0, total=103), "total = OPEN + a + b") == ""


def test_a_zero_lends_its_threshold_to_nothing() -> None:
    # What 100 leaves of 107 is 7, judged by the 5 of `b` and not by the 10 of a zero.
    cells = cells_of(a=100, b=7, zero=0, total=107)
    cells["threshold"] = [5, 5, 10, 5]
    assert hidden_in(cells, "total = a + b + zero") == ""


def test_one_small_cell_hides_the_cheapest_part_beside_it_and_not_the_total() -> None:
    assert hidden_in(cells_of(a=3, b=9, c=8, total=20), "total = a + b + c") == "a c"
    cells = cells_of(a=3, b=9, c=8, total=20)
    cells["cost"] = [None, 1, 7, 0]
    assert hidden_in(cells, "total = a + b + c") == "a b"


def test_the_total_goes_where_no_part_can() -> None:
    assert hidden_in(cells_of(a=3, none=0, OPEN=50, total=53), "total = a + none + OPEN") == "a total"


def test_where_nothing_more_can_go_the_small_cell_alone_is_hidden() -> None:
    assert hidden_in(cells_of(a=3, none=0, SUM=3), "SUM = a + none") == "a"


def test_rows_and_columns_hide_four_corners() -> None:
    #          x   y   z   row
    #   north  2  30  40    72      2 is small; 30 goes for the row, 50 for the column,
    #   south 50  60  70   180      and 60 because each of them is now alone
    #   sum   52  90 110   252
    cells = cells_of(nx=2, ny=30, nz=40, n=72, sx=50, sy=60, sz=70, s=180, x=52, y=90, z=110, t=252)
    rows = ["n = nx + ny + nz", "s = sx + sy + sz", "t = x + y + z"]
    columns = ["x = nx + sx", "y = ny + sy", "z = nz + sz", "t = n + s"]
    assert hidden_in(cells, *rows, *columns) == "nx ny sx sy"


def test_areas_add_up_and_so_do_months() -> None:
    # A district's small month hides another district's, and another month of both.
    cells = cells_of(a_apr=2, b_apr=20, apr=22, a_may=30, b_may=40, may=70, a=32, b=60, ab=92)
    sums = ["apr = a_apr + b_apr", "may = a_may + b_may", "a = a_apr + a_may", "b = b_apr + b_may"]
    assert hidden_in(cells, *sums, "ab = a + b", "ab = apr + may") == "a_apr b_apr a_may b_may"


def test_a_total_that_is_part_of_a_larger_total_passes_the_hiding_on() -> None:
    # district is hidden because its parts are; the county then needs a second district.
    cells = cells_of(a=1, b=2, district=3, neighbour=80, far=90, county=173)
    assert hidden_in(cells, "district = a + b", "county = district + neighbour + far") == (
        "a b district neighbour"
    )


def test_ones_that_are_known_to_be_ones_take_a_larger_cell_with_them() -> None:
    cells = cells_of(a=1, b=1, c=1, d=40, e=50, total=93)
    assert hidden_in(cells, "total = a + b + c + d + e") == "a b c d"
    # With the total hidden nothing says that they are ones.
    assert hidden_in(cells_of(a=1, b=1, total=2), "total = a + b") == "a b total"


def test_null_is_not_hidden_and_protects_nothing() -> None:
    cells = cells_of(a=3, b=None, c=40, d=50, total=None)
    assert hidden_in(cells, "total = a + b + c + d") == "a c"


def test_zeros_stay_on_show() -> None:
    cells = cells_of(a=3, b=0, c=40, total=43)
    assert hidden_in(cells, "total = a + b + c") == "a c"


def test_the_order_of_the_rows_does_not_matter() -> None:
    random = np.random.default_rng(3)
    cells, relations = random_table(random, 6, 5)
    chosen = choose_suppressed(cells, relations)
    assert chosen.any()
    for _ in range(5):
        again = choose_suppressed(
            cells.sample(frac=1, random_state=random), relations.sample(frac=1, random_state=random)
        )
        pd.testing.assert_series_equal(again.reindex(chosen.index), chosen)


def test_among_equals_the_first_name_goes_whatever_the_order_of_the_rows() -> None:
    assert hidden_in(cells_of(a=3, b=9, c=9, total=21), "total = a + b + c") == "a b"
    assert hidden_in(cells_of(c=9, b=9, a=3, total=21), "total = c + b + a") == "b a"


def random_table(random: np.random.Generator, rows: int, columns: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table of small and large counts with its margins, as cells and relations."""
    inside = random.poisson(np.exp(random.normal(1.5, 1.5, (rows, columns))))
    table = np.pad(inside, ((0, 1), (0, 1)))
    table[-1] = table.sum(axis=0)
    table[:, -1] = table.sum(axis=1)
    names = np.array([[f"{r}.{c}" for c in range(columns + 1)] for r in range(rows + 1)])
    lines = [*names, *names.T]
    parts = [(f"sum {i}", line[-1], part) for i, line in enumerate(lines) for part in line[:-1]]
    cells = pd.DataFrame({"cell_id": names.ravel(), "count": table.ravel(), "threshold": 5})
    return cells, pd.DataFrame(parts, columns=["relation_id", "total_cell", "part_cell"])


def assert_rule_holds(cells: pd.DataFrame, relations: pd.DataFrame) -> None:
    """The rule, restated relation by relation, on what was chosen."""
    chosen = choose_suppressed(cells, relations)
    by_cell = cells.set_index("cell_id")
    count, threshold = by_cell["count"], by_cell["threshold"]
    is_small = (count > 0) & (count < threshold)
    assert chosen[is_small].all()
    assert not chosen[(count == 0) | threshold.isna()].any()
    for _, relation in relations.groupby("relation_id"):
        total, parts = relation["total_cell"].iloc[0], list(relation["part_cell"])
        everyone = [*parts, total]
        hidden = [cell for cell in everyone if chosen[cell]]
        can_go = [c for c in everyone if count[c] > 0 and not pd.isna(threshold[c]) and not chosen[c]]
        if can_go:
            assert len(hidden) != 1
            assert chosen[total] or not hidden or count[hidden].sum() > len(hidden)
        for part in parts:
            if not chosen[part] and count[part] > 0 and not pd.isna(threshold[part]):
                others = [c for c in parts if c != part and not pd.isna(threshold[c])]
                left = count[others].sum()
                assert left == 0 or left >= threshold[others][count[others] > 0].max()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 6))
def test_the_rule_holds_in_every_row_and_column(seed: int, rows: int, columns: int) -> None:
    random = np.random.default_rng(seed)
    cells, relations = random_table(random, rows, columns)
    if seed % 2:
        cells["threshold"] = cells["threshold"].where(random.uniform(size=len(cells)) < 0.8)
    assert_rule_holds(cells, relations)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(1, 12))
def test_a_lone_sum_hides_the_least_that_the_rule_allows(counts: list[int], threshold: int) -> None:
    names = [f"p{i}" for i in range(len(counts))]
    cells = pd.DataFrame(
        {"cell_id": [*names, "total"], "count": [*counts, sum(counts)], "threshold": threshold}
    )
    relations = pd.DataFrame({"relation_id": 1, "total_cell": "total", "part_cell": names})
    assert_rule_holds(cells, relations)
    if all(count == 0 or count >= threshold for count in counts):
        # No part is small, and what any of them leaves is made of parts: nothing has to go.
        assert not choose_suppressed(cells, relations).any()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cells": {"cell_id": ["a", "a", "t"]}}, "cells.cell_id must be unique, and 'a' is not"),
        ({"cells": {"cell_id": ["a", None, "t"]}}, "cells.cell_id must not be null"),
        (
            {"cells": {"count": [-1, 8, 7]}},
            "cells.count must be finite and not negative, and 'a' is not",
        ),
        ({"cells": {"count": ["x", "y", "z"]}}, "cells.count must be numbers, or null"),
        (
            {"cells": {"threshold": [5, 5, np.inf]}},
            "cells.threshold must be finite and not negative, and 't' is not",
        ),
        ({"cells": {"count": [7, 8, 16]}}, "relation '1' must have parts that add up to its total"),
        ({"relations": {"part_cell": ["a", "x"]}}, "relations.part_cell must name a cell, and 'x' is none"),
        ({"relations": {"total_cell": ["t", "a"]}}, "relation '1' must have one total"),
        ({"relations": {"part_cell": ["a", "t"]}}, "relation '1' must not have its total among its parts"),
        ({"relations": {"part_cell": ["a", "a"]}}, "relation '1' must name each part once"),
        ({"relations": {"relation_id": [1, None]}}, "relations.relation_id must not be null"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(
    change: dict[str, dict[str, list[object]]], sentence: str
) -> None:
    cells = pd.DataFrame({"cell_id": ["a", "b", "t"], "count": [7, 8, 15], "threshold": 5.0})
    relations = pd.DataFrame({"relation_id": [1, 1], "total_cell": ["t", "t"], "part_cell": ["a", "b"]})
    assert not choose_suppressed(cells, relations).any()
    with pytest.raises(ValueError) as refusal:
        choose_suppressed(
            cells.assign(**change.get("cells", {})), relations.assign(**change.get("relations", {}))
        )
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("column", ["cell_id", "count", "threshold"])
def test_a_column_that_is_not_there_is_named(column: str) -> None:
    with pytest.raises(ValueError, match=f"^cells must have the column {column}$"):
        choose_suppressed(cells_of(a=1).drop(columns=column), sums_of())
