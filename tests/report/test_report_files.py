"""The CSV files hold the published numbers, defused, and the data package describes them."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from published import HOSTILE

from pipeline.names import defuse


def read_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_formula_text_is_defused(text: str) -> None:
    assert defuse(text) == f"'{text}"


def test_other_text_is_left_alone() -> None:
    assert defuse("Port Example") == "Port Example"


def test_every_figure_is_in_the_data_book_as_published(report: Path, published: Path) -> None:
    rows = read_rows(report / "data" / "indicator_values.csv")
    values = pd.read_parquet(published / "indicator_values.parquet")
    assert len(rows) == len(values)
    assert sorted(float(row["value"]) for row in rows if row["value"]) == sorted(values["value"].dropna())
    hidden = [row for row in rows if row["value_status"] != "reported"]
    assert hidden and all(row["value"] == row["numerator"] == row["upper95"] == "" for row in hidden)
    assert all(row["status_reason"] for row in hidden)


def test_every_exhibit_has_a_file_whose_cells_are_published(
    report: Path, printed: dict[tuple[str, str], str]
) -> None:
    files = [
        file
        for file in (report / "data").glob("*.csv")
        if "cell_id" in file.read_text("utf-8").split("\n")[0]
    ]
    assert len(files) >= 15
    for file in files:
        for row in read_rows(file):
            cell_id = row["cell_id"].removeprefix("'")
            assert (cell_id, "value") in printed
            assert (row["value"] == "") == (row["value_status"] != "reported")


def test_no_cell_of_any_file_begins_as_a_formula_does(report: Path) -> None:
    names = set()
    for file in (report / "data").glob("*.csv"):
        for row in read_rows(file):
            for name, cell in row.items():
                names.add(cell.removeprefix("'"))
                if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit()):
                    raise AssertionError(f"{file.name}, {name}: {cell}")
    assert HOSTILE[2] in names and HOSTILE[1] in names


def test_the_package_lists_every_file_with_its_hash(report: Path) -> None:
    package = json.loads((report / "datapackage.json").read_text(encoding="utf-8"))
    assert (
        "SYNTHETIC DRAFT" in package["title"] and package["is_synthetic"] is True and package["release"] == ""
    )
    listed = {resource["path"]: resource for resource in package["resources"]}
    assert set(listed) == {f"data/{file.name}" for file in (report / "data").iterdir()}
    for path, resource in listed.items():
        content = (report / path).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(content.decode().splitlines()))
        assert [one["name"] for one in resource["schema"]["fields"]] == header


def test_a_made_up_file_and_a_draft_say_so_when_it_is_passed_on_alone(report: Path) -> None:
    for file in (report / "data").glob("*.csv"):
        rows = read_rows(file)
        assert all(row["marking"] == "SYNTHETIC DRAFT" for row in rows), file.name
