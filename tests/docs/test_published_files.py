"""docs/published.md names every file that is published, and by which columns its rows are told apart."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.settings import PROJECT, Settings


def read_grains() -> dict[str, list[str]]:
    """The columns by which docs/published.md tells the rows of each file apart."""
    text = (PROJECT / "docs" / "published.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return {name.strip().strip("`"): re.findall(r"`(\w+)`", grain) for name, grain, _ in rows}


def test_every_published_file_is_named_with_the_columns_that_tell_its_rows_apart(
    demonstration: Settings,
) -> None:
    grains = read_grains()
    files = {file.stem: file for file in demonstration.published.glob("*.parquet")}
    assert set(grains) == set(files)
    doubled = {
        name for name, file in files.items() if pd.read_parquet(file, columns=grains[name]).duplicated().any()
    }
    assert doubled == set()
