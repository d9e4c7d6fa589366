"""The data dictionary has every indicator that the files hold, under the name that it has there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.report.dictionary import dictionary
from pipeline.report.published import read_published
from pipeline.report.selection import Context
from pipeline.settings import Settings


def test_every_indicator_in_the_files_is_explained_once(settings: Settings, published: Path) -> None:
    (block,) = dictionary(Context(read_published(published), settings, (), {}))
    held = sorted(set(pd.read_parquet(published / "indicator_values.parquet")["indicator_id"]))
    assert [row[0].text for row in block.table.rows] == held
    by_name = {row[0].text: [cell.text for cell in row[1:]] for row in block.table.rows}
    assert by_name["violence_rate"] == [
        "Violence against the person", "Violence against the person, as the source counts it.",
        "offences / people; per 1,000 people", "lower", "1", "none",
    ]  # fmt: skip
    assert by_name["domestic_violence_share"][3] == "neither"


def test_the_page_has_the_dictionary(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "Data dictionary" in page and "Name in the files" in page
