"""Rows of files and of checks of quality: whatever a reader adds and subtracts, no small count becomes narrow."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.hidden_counts import Counts, find_counts
from pipeline.publish.keys import CELL
from pipeline.publish.row_counts import describe_provenance, describe_quality, find_bases, round_rows

# Threshold, and the base to which the policy rounds each count by itself.
POLICIES = [(5, None), (6, None), (8, 5), (11, None)]
SPLITS = ("domestic", "non_domestic", "not_known", "all")
NO_NESTED = pd.DataFrame(
    columns=["measure_id", "lens_id", "wider_measure_id", "wider_lens_id", "offence_subgroup", "split"]
)
INDICATORS = pd.DataFrame({"indicator_id": ["violence_rate", "robbery_rate"], "kind": "rate"})


def policies(
    threshold: int, rounding_base: int | None = None, is_rounded_together: bool = False
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_id": ["police_crimes", "street_crimes"],
            "is_openly_published": [False, True],
            "threshold": [threshold, None],
            "rounding_base": [rounding_base, None],
            "is_rounded_together": [is_rounded_together, False],
        }
    )


def counts_of(
    hidden: tuple[str, ...] = (),
    measure: str = "violence",
    area_type: str = "vru",
    days: tuple[str, str] = ("2024-03-01", "2024-03-31"),
    others: pd.DataFrame | None = None,
) -> Counts:
    """The counts of one measure, place and period, of which these splits are hidden and the others are told."""
    rows = figures_of(hidden, measure, area_type, days)
    rows = rows if others is None else pd.concat([rows, others], ignore_index=True)
    nested = pd.DataFrame([["violence", "", "recorded_crime", "", "", ""]], columns=NO_NESTED.columns)
    return find_counts(rows.drop(columns=["value_status", "lowest"]), rows[[*CELL, "value_status", "lowest"]],
                       INDICATORS, nested)  # fmt: skip


def figures_of(
    hidden: tuple[str, ...],
    measure: str,
    area_type: str = "vru",
    days: tuple[str, str] = ("2024-03-01", "2024-03-31"),
) -> pd.DataFrame:
    """Rows of fct_indicator_values, with what is published of each."""
    splits = list(SPLITS)
    return pd.DataFrame(
        {
            "indicator_id": f"{measure}_rate",
            "lens_id": "",
            "area_code": "E1",
            "area_type": area_type,
            "period_type": "month",
            "period_start": pd.Timestamp(days[0]),
            "period_end": pd.Timestamp(days[1]),
            "breakdown": "none",
            "breakdown_value": "",
            "split": splits,
            "numerator_measure_id": measure,
            "numerator_split": splits,
            "denominator_measure_id": None,
            "denominator_breakdown": "none",
            "denominator_breakdown_value": "",
            "denominator_split": splits,
            "unknown_measure_id": None,
            "unknown_split": None,
            "unknown": np.nan,
            "source_id": "police_crimes",
            "value_status": ["suppressed" if split in hidden else "reported" for split in splits],
            "lowest": np.nan,
        }
    )


def line(rows: int, rejected: int = 0, **other: str) -> dict[str, object]:
    """A line of the ledger on one file of March 2024."""
    return {
        "source_id": "police_crimes", "delivery_id": "d1", "file_name": "crimes.csv", "sha256": "0", "reason": "",
        "status": "accepted", "rows_in": rows, "accepted": rows - rejected, "rejected": rejected,
        "period_start": "2024-03-01", "period_end": "2024-03-31",
        **other,
    }  # fmt: skip


def check(check_id: str, number: float, base: float, source_id: str = "police_crimes") -> dict[str, object]:
    """A row of fct_data_quality."""
    return {
        "source_id": source_id, "source_title": "", "check_id": check_id, "label": "", "unit": "rows", "note": "",
        "check_count": float(number), "base_count": float(base),
    }  # fmt: skip


def quality(*checks: dict[str, object], held: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    return describe_quality(pd.DataFrame(checks), held, counts).set_index("check_id")


def every_table(most: int) -> pd.DataFrame:
    """Every table of three parts and their total."""
    grid = np.meshgrid(*[np.arange(most + 1)] * 3, indexing="ij")
    table = pd.DataFrame({name: axis.ravel() for name, axis in zip(SPLITS[:3], grid, strict=True)})
    return table.assign(all=table.sum(axis=1))


def is_protected(table: pd.DataFrame, hidden: tuple[str, ...], threshold: int) -> pd.Series:
    """Whether a table may be published with these hidden: markers say 1 or more, and no small count is narrow."""
    is_small = (table > 0) & (table < threshold)
    shown = [name for name in SPLITS if name not in hidden]
    fits = ~is_small[shown].any(axis=1) & (table[list(hidden)] > 0).all(axis=1)
    parts = [name for name in hidden if name != "all"]
    if "all" in hidden:
        # A total alone is the sum of its parts; with a hidden part nothing bounds either from above.
        return fits & bool(parts)
    left = table[parts].sum(axis=1) - (len(parts) - 1)
    return fits & (len(parts) > 1) & (left >= threshold)


PATTERNS = [
    tuple(name for name, is_in in zip(SPLITS, marks, strict=True) if is_in)
    for marks in product([False, True], repeat=4)
    if any(marks)
]


def told_of_rows(table: pd.DataFrame, hidden: tuple[str, ...], held: pd.DataFrame, kind: str) -> pd.DataFrame:
    """What is told of rows with these hidden: of a file that holds just the month, and by the flag."""
    counts = counts_of(hidden)
    first = held.head(1)
    base, step = (
        pd.Series(each.iloc[0], index=table.index)
        for each in find_bases(first["threshold"], first["rounding_base"])
    )
    rows = round_rows(table["all"], base, step)
    if kind == "file":
        (shown,) = describe_provenance([line(1000)], held, counts)["rows_in"]
        told = pd.DataFrame({"rows": rows.where((rows > 0) | (table["all"] == 0))})
        return told if shown > 0 else told[[]]
    told = pd.DataFrame({"rows_in_area": rows, "flag_not_known": round_rows(table["not_known"], base, step)})
    found = quality(*(check(name, 500, 1000) for name in told), held=held, counts=counts)
    return told[[name for name in told if found["count"].notna()[name]]]


def told_as_it_was(table: pd.DataFrame, *_: object) -> pd.DataFrame:
    """Rounded to ten, whatever is hidden."""
    return (table[["all", "not_known"]] / 10 + 0.5).apply(np.floor) * 10


def find_narrow(threshold: int, rounding_base: int | None, tell, kind: str = "") -> int:
    """How many small counts of tables up to 40 a reader confines, who knows what is shown and what `tell` tells.

    With every choice of what is hidden that protects a table by itself.
    """
    table = every_table(40 + 2 * threshold)
    held = policies(threshold, rounding_base)
    is_drawn = (table[list(SPLITS[:3])] <= 40).all(axis=1)
    narrow = 0
    for hidden in PATTERNS:
        possible = table[(table[list(hidden)] > 0).all(axis=1)]
        shown = possible[[name for name in SPLITS if name not in hidden]]
        shown = np.floor(shown / (rounding_base or 1) + 0.5)
        seen = pd.concat(
            [shown.assign(nothing=0), tell(possible, hidden, held, kind).add_prefix("told_")], axis=1
        )
        groups = seen.groupby(list(seen.columns), dropna=False).ngroup()
        is_judged = is_protected(possible, hidden, threshold) & is_drawn[possible.index]
        for name in hidden:
            values = possible[name]
            most, least = (values.groupby(groups).transform(end) for end in ("max", "min"))
            is_small = is_judged & (values < threshold)
            narrow += int((is_small & ((most < threshold) | (most - least < threshold - 1))).sum())
    return narrow


@pytest.mark.parametrize(("threshold", "rounding_base"), POLICIES)
@pytest.mark.parametrize("kind", ["file", "checks"])
def test_rows_beside_a_relation_make_no_small_count_narrow(
    threshold: int, rounding_base: int | None, kind: str
) -> None:
    assert find_narrow(threshold, rounding_base, told_of_rows, kind) == 0


def test_rows_rounded_to_ten_beside_a_relation_did() -> None:
    assert find_narrow(5, None, told_as_it_was) > 0


@pytest.mark.parametrize(("threshold", "rounding_base"), POLICIES)
def test_few_rows_of_one_file_are_not_the_figure_less_the_rows_of_the_other(
    threshold: int, rounding_base: int | None
) -> None:
    """The year's count is told, exactly at worst, and each of two files holds a part of it."""
    table = pd.DataFrame(product(range(45), repeat=2), columns=["one", "other"])
    table["year"] = table["one"] + table["other"]
    table = table[~table["year"].between(1, threshold - 1)].reset_index(drop=True)
    # A source for each case.
    names = [f"{number:04d}" for number in table.index]
    held = policies(threshold, rounding_base).head(1)
    held = held.loc[[0] * len(names)].assign(source_id=names)
    lines = [
        line(rows, source_id=name, file_name=file)
        for file in ("one", "other")
        for name, rows in zip(names, table[file], strict=True)
    ]
    told = describe_provenance(lines, held, counts_of())
    for file in ("one", "other"):
        rows = told[told["file_name"] == file]
        assert rows["source_id"].tolist() == names
        table[f"told_{file}"] = rows["rows_in"].to_numpy()
    groups = table.groupby(["year", "told_one", "told_other"], dropna=False)["one"]
    is_small = table["one"].between(1, threshold - 1)
    most, least = groups.transform("max"), groups.transform("min")
    assert not (is_small & ((most < threshold) | (most - least < threshold - 1))).any()


def test_few_rows_held_back_are_not_all_rows_less_those_accepted() -> None:
    """Where the accepted are known to the last one, from the figures."""
    told = {
        rejected: tuple(
            describe_provenance([line(97 + rejected, rejected)], policies(5), counts_of())[
                ["rows_in", "accepted", "rejected"]
            ].iloc[0]
        )
        for rejected in range(10)
    }
    assert set(told.values()) == {(100.0, 100.0, 0.0)}
    checks = [check("rows_in", 99, 99), check("rows_accepted", 97, 99), check("rows_quarantined", 2, 99)]
    found = quality(*checks, held=policies(5), counts=counts_of())
    assert found["count"].tolist() == [100.0, 100.0, 0.0]
    assert found["base"].tolist() == [100.0, 100.0, 100.0]
    assert found["note"].tolist() == ["", "", "fewer than 10"]


@pytest.mark.parametrize(
    ("rows", "threshold", "rounding_base", "told"),
    [(9, 5, None, 0), (10, 5, None, 10), (14, 5, None, 10), (15, 5, None, 20), (11, 6, None, 0), (12, 6, None, 12),
     (17, 8, 5, 0), (18, 8, 5, 20), (32, 8, 5, 40), (21, 11, None, 0), (22, 11, None, 22)],
)  # fmt: skip
def test_rows_are_rounded_to_twice_the_threshold_of_their_source(
    rows: int, threshold: int, rounding_base: int | None, told: float
) -> None:
    [row] = describe_quality(
        pd.DataFrame([check("rows_in_area", rows, 100)]), policies(threshold, rounding_base), counts_of()
    ).to_dict("records")
    assert row["count"] == told


def test_what_anybody_may_read_is_exact() -> None:
    held, counts = policies(5), counts_of(("all", "domestic"))
    found = quality(check("rows_in_area", 3, 13, "street_crimes"), held=held, counts=counts)
    assert found.loc["rows_in_area", ["count", "base"]].tolist() == [3, 13]
    [file] = describe_provenance(
        [line(3, source_id="street_crimes", reason="it holds 3 rows")], held, counts
    ).to_dict("records")
    assert (file["rows_in"], file["reason"]) == (3, "it holds 3 rows")


def test_rows_of_what_is_rounded_together_are_not_told() -> None:
    held, counts = policies(5, is_rounded_together=True), counts_of()
    assert quality(check("rows_in_area", 500, 500), held=held, counts=counts)["count"].isna().all()
    assert describe_provenance([line(500)], held, counts)["rows_in"].isna().all()


TOLD_WHOLE = figures_of((), "recorded_crime")
MARCH, APRIL, YEAR = ("2024-03-01", "2024-03-31"), ("2024-04-01", "2024-04-30"), ("2023-04-01", "2024-03-31")


@pytest.mark.parametrize(
    ("counts", "is_told"),
    [
        (counts_of(), True),
        (counts_of(("domestic", "non_domestic")), True),
        (counts_of(("all", "domestic")), False),
        (counts_of(("all", "domestic"), area_type="lad"), False),
        (counts_of(("all", "domestic"), area_type="msoa"), True),
        (counts_of(("all", "domestic"), days=APRIL), True),
        (counts_of(("all", "domestic"), days=YEAR), False),
        # What lies within a wider count that is told is no matter of rows.
        (counts_of(("all", "domestic"), others=TOLD_WHOLE), True),
        (counts_of(("all", "domestic"), days=YEAR, others=TOLD_WHOLE), True),
        (counts_of(("all", "domestic"), days=APRIL, others=TOLD_WHOLE), True),
    ],
)
def test_rows_of_a_file_are_told_where_no_hidden_figure_is_made_of_them(
    counts: Counts, is_told: bool
) -> None:
    told = describe_provenance([line(500)], policies(5), counts)
    assert told[["rows_in", "accepted", "rejected"]].notna().to_numpy().all() == is_told


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        (counts_of(), {"rows_in_area", "rows_unlocated", "flag_not_known"}),
        (counts_of(("domestic", "non_domestic")), {"rows_in_area", "rows_unlocated"}),
        (counts_of(("all", "domestic"), area_type="msoa"), {"rows_in_area", "flag_not_known"}),
        (counts_of(("all", "domestic")), set()),
    ],
)
def test_each_check_is_told_where_no_hidden_figure_is_made_of_its_rows(
    counts: Counts, shown: set[str]
) -> None:
    names = ("rows_in_area", "rows_unlocated", "flag_not_known")
    found = quality(*(check(name, 60, 400) for name in names), held=policies(5), counts=counts)
    assert set(found.index[found["count"].notna()]) == shown
    assert set(found.index[found["note"] == "[c]"]) == set(names) - shown


def test_many_records_without_a_place_leave_the_few_of_a_kind_open() -> None:
    counts = counts_of(("all", "domestic"), area_type="msoa")
    found = quality(check("rows_unlocated", 103, 400), held=policies(5), counts=counts)
    assert found.loc["rows_unlocated", "count"] == 100


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("2024-03 has 3 rows, and the months before it have 1,250 (median): ask the supplier",
         "2024-03 has [c] rows, and the months before it have [c] (median): ask the supplier"),
        ("13 of its 40 rows cannot be used, more than 5%; the commonest reason: lsoa11_code (12 rows)",
         "[c] of its [c] rows cannot be used, more than 5%; the commonest reason: lsoa11_code ([c] rows)"),
        ("line 3: no column month_start", "line 3: no column month_start"),
        ("ends in March 2024 and 2023/24", "ends in March 2024 and 2023/24"),
    ],
)  # fmt: skip
def test_why_a_file_was_not_read_tells_no_number_of_rows(reason: str, told: str) -> None:
    [file] = describe_provenance(
        [line(40, status="refused", reason=reason)], policies(5), counts_of()
    ).to_dict("records")
    assert file["reason"] == told
