"""What the ledger knows of deliveries reaches the published data quality: who stands out, and what was sent again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline import plan
from pipeline.settings import read_settings
from tests.cli.area import crimes, write_small_area
from tests.conftest import write_rows


def test_records_among_few_and_revised_rows_are_published_rounded(tmp_path: Path) -> None:
    folder = write_small_area(tmp_path)
    settings = read_settings(tmp_path)
    plan.ingest(settings)
    # Of March, 23 of 100 crimes have another sex: two or three in each of ten small areas.
    rows = [{**row, "victim_sex": "M" if number < 23 else "F"} for number, row in enumerate(crimes(3))]
    write_rows(folder / "police_crimes_2024-03.csv", rows)
    plan.refresh(settings, lambda _: None)
    quality = pd.read_parquet(settings.published / "data_quality.parquet")
    found = quality[quality["source_id"] == "police_crimes"].set_index("check_id")
    assert found.loc["revised", ["count", "base"]].tolist() == [20, 300]
    assert found.loc["among_few", ["count", "base"]].tolist() == [20, 300]
