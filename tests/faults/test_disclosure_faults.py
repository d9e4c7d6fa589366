"""Faults 48 to 52: small counts in what goes out, in sums and in releases together, and who lets it out."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.disclosure.choose import choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from pipeline.publish.earlier import Released
from pipeline.report.numbers import SYMBOLS, format_number
from pipeline.settings import Settings
from tests.cli.area import Ran
from tests.publish.union_audit import audit_union

T = 5


def test_fault_48_a_small_count_is_in_no_table_file_or_sentence(demonstration: Settings) -> None:
    cells = pd.read_parquet(demonstration.proof / "told_cells.parquet")
    small = cells[(cells["count"] > 0) & (cells["count"] < cells["threshold"])]
    values = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    hidden = values[values["value_status"] == "suppressed"]
    assert len(small) > 100 and small["is_hidden"].all() and len(hidden) > 100
    told = ["numerator", "denominator", "value", "lower95", "upper95"]
    assert hidden[told].isna().all(axis=None)
    assert hidden["status_reason"].nunique() == 1
    with (demonstration.output / "data" / "indicator_values.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        rows = [row for row in csv.DictReader(stream) if row["value_status"] == "suppressed"]
    assert len(rows) == len(hidden)
    assert not any(row[name] for row in rows for name in told)


def test_fault_49_a_suppressed_cell_in_a_row_with_a_total_stays_free_by_t_less_1_and_reaches_t() -> None:
    cells = pd.DataFrame(
        {"cell_id": ["a", "b", "c", "total"], "count": [3, 9, 40, 52], "threshold": float(T)}
    )
    relations = pd.DataFrame({"relation_id": 1, "total_cell": "total", "part_cell": ["a", "b", "c"]})

    def interval_of(is_hidden: np.ndarray) -> tuple[int, int]:
        shown = cells.assign(value=cells["count"].where(~is_hidden))
        found = find_intervals(shown, relations).set_index("cell_id")
        return int(found.loc["a", "low"]), int(found.loc["a", "high"])

    assert interval_of((cells["cell_id"] == "a").to_numpy()) == (3, 3)
    low, high = interval_of(choose_suppressed(cells, relations).is_hidden.to_numpy())
    assert high - low >= T - 1 and high >= T


def test_fault_50_neither_two_releases_nor_areas_nor_splits_give_a_count_away(
    demonstration: Settings,
) -> None:
    told = Released(
        pd.read_parquet(demonstration.proof / "told_cells.parquet"),
        pd.read_parquet(demonstration.proof / "told_relations.parquet"),
    )
    splits = told.cells[told.cells["split"] == "domestic"]
    assert {"vru", "lad"} <= set(splits["area_type"]) and len(told.relations) > 10_000
    found = audit_union([told])
    assert found.small > 100
    assert (found.exact, found.narrow) == (0, 0)
    # The same without what is hidden for the sake of others.
    small = told.cells["count"].between(1, told.cells["threshold"] - 1)
    naive = audit_union([Released(told.cells.assign(is_hidden=small), told.relations)])
    assert naive.exact > 0


def test_fault_51_zero_hidden_missing_and_not_applicable_are_told_apart(demonstration: Settings) -> None:
    signs = {format_number(0), *SYMBOLS.values()}
    assert len(signs) == 4
    values = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    statuses = values["value_status"]
    assert set(statuses) == {"reported", *SYMBOLS}
    zeros = values[(values["numerator"] == 0) & (statuses == "reported")]
    assert len(zeros) > 100
    assert values.loc[statuses != "reported", "numerator"].isna().all()
    page = (demonstration.output / "index.html").read_text(encoding="utf-8")
    assert all(f"{sign}<" in page for sign in signs)


def test_fault_52_nothing_goes_out_without_its_reviewers_or_reviewed_by_its_author(
    demonstration: Settings, sna: Callable[..., Ran], tmp_path: Path
) -> None:
    shutil.copytree(demonstration.workspace / "data", tmp_path / "data")

    def release(*words: str) -> Ran:
        return sna("release", *words, "--workspace", tmp_path)

    name = release("request", "--by", "Ann").out.split()[0]
    assert release("approve", name, "--by", "Ann").code == 6
    own = release("review", name, "--by", "ANN")
    assert (own.code, own.sentence) == (
        6, f"ANN asked for {name}, and nobody reviews a release of their own.",
    )  # fmt: skip
    assert release("approve", name, "--by", "Ann").code == 6
    [told] = json.loads(release("list", "--json").out)
    assert told["state"] == "requested"
