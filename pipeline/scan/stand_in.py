"""Published tables with other figures in them: what a report of them says alike, the template says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

# What is higher stays higher, so that the words about it stay the same; a share stays under 100, and of all others no
# two become alike by rounding. Texts keep about their length, and few numbers lie midway between two decimals.
OF_A_SHARE, OF_ANY_OTHER = 0.730131, 1.370131
# Numbers that put things in order, round them or name them: no figures.
NO_FIGURES = ("decimals", "multiplier", "sort_order", "rank", "population_year", "deprivation_decile")
CERTIFICATE = "disclosure_certificate.json"


def write_stand_in(published: Path, folder: Path) -> None:
    """Writes a published folder anew with other figures: every text, status and order is the same."""
    folder.mkdir(parents=True)
    units = pd.read_parquet(published / "indicators.parquet").set_index("indicator_id")["unit"]
    for file in published.glob("*.parquet"):
        table = pd.read_parquet(file)
        is_share = table["indicator_id"].map(units) == "%" if "indicator_id" in table else None
        for column in table.columns:
            kind = table[column].dtype
            if (
                not pd.api.types.is_numeric_dtype(kind)
                or pd.api.types.is_bool_dtype(kind)
                or column in NO_FIGURES
            ):
                continue
            numbers = table[column].astype("Float64").astype("float64")
            is_small = is_share if is_share is not None else pd.Series("percent" in column, index=table.index)
            table[column] = numbers * is_small.map({True: OF_A_SHARE, False: OF_ANY_OTHER}).astype("float64")
        table.to_parquet(folder / file.name, index=False)
    certificate = json.loads((published / CERTIFICATE).read_text(encoding="utf-8"))
    changed = {name: _replace(entry) for name, entry in certificate.items()}
    (folder / CERTIFICATE).write_text(json.dumps(changed), encoding="utf-8")


def _replace(entry: Any) -> Any:
    is_count = isinstance(entry, int) and not isinstance(entry, bool)
    return int(entry * OF_ANY_OTHER) if is_count else entry
