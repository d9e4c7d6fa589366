"""Small counts are hidden with as little else as is found, and each could as well be another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cell_tables import cells_of, random_counts, sums_of, table_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.choose import Protection, choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from pipeline.disclosure.verify import find_flaws


def protect(cells: pd.DataFrame, *sums: str) -> Protection:
    return choose_suppressed(cells, sums_of(*sums))


def hidden_in(cells: pd.DataFrame, *sums: str) -> str:
    """The hidden cells' names, in the order of the cells; nothing is left unprotected."""
    protection = protect(cells, *sums)
    assert protection.unprotected == []
    assert find_flaws(cells, sums_of(*sums), protection) == []
    return " ".join(protection.is_hidden.index[protection.is_hidden])


@pytest.mark.parametrize(("count", "is_hidden"), [(0, False), (1, True), (4, True), (5, False), (6, False)])
def test_a_count_is_hidden_from_one_to_below_its_threshold(count: int, is_hidden: bool) -> None:
    chosen = protect(cells_of(alone=count)).is_hidden
    assert chosen.to_dict() == {"alone": is_hidden}
    assert (chosen.dtype, chosen.name, chosen.index.name) == (np.dtype(bool), "is_hidden", "cell_id")


def test_an_openly_published_count_is_never_hidden() -> None:
    assert hidden_in(cells_of(OPEN=3, SUM=5, OTHER=2), "SUM = OPEN + OTHER") == ""


def test_each_cell_has_its_own_threshold() -> None:
    assert hidden_in(cells_of(three=3, seven=7).assign(threshold=[3, 8])) == "seven"


@pytest.mark.parametrize(
    ("domestic", "other", "unknown", "hidden"),
    [
        # domestic + other + unknown = total, threshold 5
        (60, 70, 20, ""),
        (60, 70, 0, ""),
        (60, 70, 4, "domestic unknown"),
        (60, 70, 5, ""),
        (0, 70, 4, "other unknown"),
        # 3 and 2 are 5 together, so each is 1 to 4: too narrow
        (3, 70, 2, "domestic other unknown"),
        (1, 66, 3, "domestic other unknown"),
        # 3 and 4 are 7 together: each is 1 to 6
        (3, 70, 4, "domestic unknown"),
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


def test_one_small_cell_hides_the_cheapest_part_beside_it_and_not_the_total() -> None:
    assert hidden_in(cells_of(a=3, b=9, c=8, total=20), "total = a + b + c") == "a c"
    cells = cells_of(a=3, b=9, c=8, total=20).assign(cost=[None, 1, 7, 9])
    assert hidden_in(cells, "total = a + b + c") == "a b"


def test_openly_published_parts_are_subtracted_first() -> None:
    # 103 - 100 leaves 3 in two hidden cells: the total is held back too.
    assert hidden_in(cells_of(OPEN=100, a=1, b=2, total=103), "total = OPEN + a + b") == "a b total"
    # What is left beside `a` is public, however small.
    assert hidden_in(cells_of(OPEN=3, a=100, total=103), "total = OPEN + a") == ""


def test_a_total_known_from_elsewhere_does_not_uncover_a_part() -> None:
    cells = cells_of(domestic=3, other=50, TOTAL=53)
    assert hidden_in(cells, "TOTAL = domestic + other") == "domestic other"


def test_the_total_goes_where_no_part_can() -> None:
    assert hidden_in(cells_of(a=3, none=0, OPEN=50, total=53), "total = a + none + OPEN") == "a total"


@pytest.mark.parametrize(
    ("counts", "total"),
    [({"a": 3, "none": 0, "SUM": 3}, "SUM = a + none"), ({"a": 2, "b": 2, "SUM": 4}, "SUM = a + b")],
)
def test_what_no_hiding_protects_is_named(counts: dict[str, int], total: str) -> None:
    cells = cells_of(**counts)
    protection = protect(cells, total)
    small = [name for name, count in counts.items() if name.islower() and count > 0]
    assert sorted(protection.unprotected) == small
    flaws = [f"Cell '{name}' has no witness that it could be another." for name in small]
    assert sorted(find_flaws(cells, sums_of(total), protection)) == flaws


def test_what_is_left_of_two_shown_counts_is_protected_as_they_are() -> None:
    cells = cells_of(domestic=96, all=99, rest=3).assign(role=["ours", "ours", "remainder"])
    assert hidden_in(cells, "all = domestic + rest") == "domestic rest"


def test_a_remainder_may_be_nothing_and_a_marker_may_not() -> None:
    # a + rest = 5: a marker is at least 1, so `a` is 1 to 4 beside another and 1 to 5 beside a remainder,
    # of which 0 to 4 are possible: never 5.
    cells = cells_of(a=3, rest=2, big=40, SUM=5).assign(role=["ours", "remainder", "ours", "known"])
    protection = protect(cells, "SUM = a + rest")
    ends = protection.ends.set_index("cell_id")
    assert (ends.loc["a", "low"], ends.loc["a", "high"]) == (1, 5)
    assert protection.unprotected == ["rest"]
    assert sorted(protect(cells.drop(columns="role"), "SUM = a + rest").unprotected) == ["a", "rest"]


def test_rows_and_columns_hide_four_corners() -> None:
    #          x   y   z   row
    #   north  2  30  40    72
    #   south 50  60  70   180
    #   sum   52  90 110   252
    cells = cells_of(nx=2, ny=30, nz=40, n=72, sx=50, sy=60, sz=70, s=180, x=52, y=90, z=110, t=252)
    rows = ["n = nx + ny + nz", "s = sx + sy + sz", "t = x + y + z"]
    columns = ["x = nx + sx", "y = ny + sy", "z = nz + sz", "t = n + s"]
    assert hidden_in(cells, *rows, *columns) == "nx ny sx sy"


def test_areas_add_up_and_so_do_months() -> None:
    cells = cells_of(a_apr=2, b_apr=20, apr=22, a_may=30, b_may=40, may=70, a=32, b=60, ab=92)
    sums = ["apr = a_apr + b_apr", "may = a_may + b_may", "a = a_apr + a_may", "b = b_apr + b_may"]
    assert hidden_in(cells, *sums, "ab = a + b", "ab = apr + may") == "a_apr b_apr a_may b_may"


def test_a_marker_of_an_earlier_release_is_used_again_at_no_cost() -> None:
    cells = cells_of(small=3, cheap=9, marked=80, total=92).assign(role=["ours", "ours", "marked", "ours"])
    assert hidden_in(cells, "total = small + cheap + marked") == "small marked"


def test_what_an_earlier_release_showed_stays_shown() -> None:
    cells = cells_of(small=3, cheap=9, dear=80, total=92).assign(role=["ours", "known", "ours", "ours"])
    assert hidden_in(cells, "total = small + cheap + dear") == "small dear"


@pytest.mark.parametrize("seed", range(5))
def test_neither_the_order_of_rows_nor_the_names_of_areas_change_what_is_hidden(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells, relations = table_of(random_counts(random, 6, 5, 2))
    chosen = choose_suppressed(cells, relations).is_hidden
    assert chosen.any()
    shuffled = cells.sample(frac=1, random_state=seed), relations.sample(frac=1, random_state=seed)
    pd.testing.assert_series_equal(choose_suppressed(*shuffled).is_hidden.reindex(chosen.index), chosen)
    name = pd.Series(random.permutation(len(cells)), index=cells["cell_id"])
    renamed = choose_suppressed(
        cells.assign(cell_id=cells["cell_id"].map(name)),
        relations.assign(
            total_cell=relations["total_cell"].map(name), part_cell=relations["part_cell"].map(name)
        ),
    ).is_hidden
    costs = np.log1p(cells.set_index("cell_id")["count"]) + 1
    # Cells that are alike in all they stand beside may stand in for one another: the loss is the same.
    assert costs[renamed[name].to_numpy()].sum() == pytest.approx(costs[chosen].sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 5), st.integers(0, 3))
def test_every_small_count_keeps_its_interval_as_a_reader_works_it_out(
    seed: int, rows: int, columns: int, layers: int
) -> None:
    random = np.random.default_rng(seed)
    shape = (rows, columns, layers) if layers else (rows, columns)
    cells, relations = table_of(random_counts(random, *shape))
    protection = choose_suppressed(cells, relations)
    assert protection.unprotected == []
    assert find_flaws(cells, relations, protection) == []
    is_hidden = protection.is_hidden.to_numpy()
    shown = cells.assign(value=cells["count"].where(~is_hidden))
    intervals = find_intervals(shown, relations).set_index("cell_id")
    counts = cells.set_index("cell_id")["count"]
    for cell in counts.index[(counts > 0) & (counts < 5)]:
        low, high = intervals.loc[cell, "low"], intervals.loc[cell, "high"]
        assert low <= counts[cell] and (
            pd.isna(high) or (high - low >= 4 and high >= 5 and counts[cell] <= high)
        )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(2, 12))
def test_a_lone_sum_without_small_parts_hides_nothing(counts: list[int], threshold: int) -> None:
    names = [f"p{i}" for i in range(len(counts))]
    large = [0 if count < threshold else count for count in counts]
    cells = pd.DataFrame({"cell_id": [*names, "t"], "count": [*large, sum(large)], "threshold": threshold})
    relations = pd.DataFrame({"relation_id": 1, "total_cell": "t", "part_cell": names})
    assert not choose_suppressed(cells, relations).is_hidden.any()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cells": {"cell_id": ["a", "a", "t"]}}, "cells.cell_id must be unique, and 'a' is not"),
        ({"cells": {"cell_id": ["a", None, "t"]}}, "cells.cell_id must not be null"),
        ({"cells": {"count": [-1, 8, 7]}}, "cells.count must be finite and not negative, and 'a' is not"),
        ({"cells": {"count": [7.5, 7.5, 15]}}, "cells.count must be whole, and 'a' is not"),
        ({"cells": {"count": ["x", "y", "z"]}}, "cells.count must be numbers, or null"),
        (
            {"cells": {"threshold": [5, 5, np.inf]}},
            "cells.threshold must be finite and not negative, and 't' is not",
        ),
        (
            {"cells": {"role": ["ours", "theirs", "ours"]}},
            "cells.role must be one of ours, known, marked, remainder, rounded, and 'theirs' is none",
        ),
        ({"cells": {"count": [7, 8, 16]}}, "relation '1' must have parts that add up to its total"),
        ({"relations": {"part_cell": ["a", "x"]}}, "relations.part_cell must name a cell, and 'x' is none"),
        ({"relations": {"total_cell": ["t", "a"]}}, "relation '1' must have one total"),
        ({"relations": {"part_cell": ["a", "t"]}}, "relation '1' must not have its total among its parts"),
        ({"relations": {"part_cell": ["a", "a"]}}, "relation '1' must name each part once"),
        ({"relations": {"relation_id": [1, None]}}, "relations.relation_id must not be null"),
        ({"relations": {"coefficient": [1, 0]}}, "relations.coefficient must be finite and not 0"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(
    change: dict[str, dict[str, list[object]]], sentence: str
) -> None:
    cells = pd.DataFrame({"cell_id": ["a", "b", "t"], "count": [7, 8, 15], "threshold": 5.0})
    relations = pd.DataFrame({"relation_id": [1, 1], "total_cell": ["t", "t"], "part_cell": ["a", "b"]})
    assert not choose_suppressed(cells, relations).is_hidden.any()
    with pytest.raises(ValueError) as refusal:
        choose_suppressed(
            cells.assign(**change.get("cells", {})), relations.assign(**change.get("relations", {}))
        )
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("column", ["cell_id", "count", "threshold"])
def test_a_column_that_is_not_there_is_named(column: str) -> None:
    with pytest.raises(ValueError, match=f"^cells must have the column {column}$"):
        choose_suppressed(cells_of(a=1).drop(columns=column), sums_of())
