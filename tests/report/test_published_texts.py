"""A number in a published text is one of its row, or the project's own; a hidden count in one is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from published_texts import scan_texts

from pipeline.scan.pieces import StrayFigure
from pipeline.settings import Settings

HIDDEN = "41"
TEXTS = [
    ("claims", "sentence"),
    ("claims", "caveat"),
    ("comparisons", "reason"),
    ("comparisons", "comparator_label"),
    ("data_quality", "note"),
    ("indicator_values", "status_reason"),
    ("decompositions", "status_reason"),
    ("sources", "gap_note"),
]


def plant(published: Path, table: str, column: str, text: str, **others: object) -> None:
    """Puts a text into the first row of a published table, and whatever else there is."""
    rows = pd.read_parquet(published / f"{table}.parquet")
    for name, entry in {column: text, **others}.items():
        rows[name] = [entry, *(rows[name].iloc[1:] if name in rows else [None] * (len(rows) - 1))]
    rows.to_parquet(published / f"{table}.parquet", index=False)


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "published"))


@pytest.mark.parametrize("planted", [f"It was {HIDDEN}.", "It was ④.", "It was ٤١."])
@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_a_hidden_count_is_found_in_a_published_text(
    copy: Path, settings: Settings, table: str, column: str, planted: str
) -> None:
    scan_texts(copy, settings.project)
    plant(copy, table, column, planted)
    with pytest.raises(StrayFigure, match=f"table {table} holds .*row 1, {column}") as refused:
        scan_texts(copy, settings.project)
    assert HIDDEN not in str(refused.value)


@pytest.mark.parametrize("area", ["demonstration", "rounded_demonstration", "merseyside"])
def test_every_number_in_a_published_text_is_of_its_row(area: str, request: pytest.FixtureRequest) -> None:
    built: Settings = request.getfixturevalue(area)
    scan_texts(built.published, built.project)


def test_a_number_of_its_own_row_and_a_text_of_the_project_pass(copy: Path, settings: Settings) -> None:
    sentence = "It was 12.3% (95% interval 11.0% to 13.5%) in the year to March 2023; 1,234 of all."
    numbers = '{"inputs": [], "known": 1234.0}'
    plant(
        copy,
        "claims",
        "sentence",
        sentence,
        value=12.3,
        lower95=11.0,
        upper95=13.5,
        numbers=numbers,
    )
    scan_texts(copy, settings.project)
    plant(
        copy,
        "claims",
        "sentence",
        sentence,
        value=12.4,
        lower95=11.0,
        upper95=13.5,
        numbers=numbers,
    )
    with pytest.raises(StrayFigure, match="none of its row's"):
        scan_texts(copy, settings.project)
