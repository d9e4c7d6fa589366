"""The CSV files: row by row, each number beside the published one that it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.scan.figures import KEY, Figures
from pipeline.scan.pieces import StrayFigure

# Files that hold a whole published table, and which.
TABLES = {
    "indicators.csv": "indicators",
    "definitions.csv": "lenses",
    "sources.csv": "sources",
    "data_quality.csv": "data_quality",
    "flag_audit.csv": "flag_audit",
    "claims.csv": "claims",
    "decompositions.csv": "decompositions",
    "lens_comparisons.csv": "lens_comparisons",
    "signals.csv": "signals",
    "benchmarks.csv": "benchmarks",
    "series_breaks.csv": "series_breaks",
    "deliveries.csv": "provenance",
}
Row = dict[str, str]


def scan_csv(file: Path, other: Path, figures: Figures, published: Path) -> None:
    """Raises StrayFigure where a number is not that of its row as published; texts are those of the stand-in."""
    name = TABLES.get(file.name)
    source = published / f"{name}.parquet"
    table = pd.read_parquet(source).to_dict("records") if source.exists() else []
    for number, (row, beside) in enumerate(zip_longest(_read(file), _read(other)), start=2):
        if row is None or beside is None or list(row) != list(beside):
            raise _stray(file, number, "a row or a column that the template has no place for")
        if row == beside:
            continue
        true: Mapping[Any, Any] = table[number - 2] if name else _numbers_of(row, figures)
        for column, text in row.items():
            if text != beside[column] and not _is(text, true.get(column)):
                raise _stray(file, number, f"something in {column} that is not what was published")


def _numbers_of(row: Row, figures: Figures) -> dict[str, float | None]:
    """What was published for the cell that a row names: by its id, or by its key."""
    # A text that a spreadsheet would take for a formula has an apostrophe before it.
    key = "~".join(row.get(name, "").removeprefix("'") for name in KEY)
    cell = figures.cells.get(row.get("cell_id") or key)
    return {column: number for column, (number, _) in cell.numbers.items()} if cell else {}


def _is(text: str, true: Any) -> bool:
    if true is None or pd.isna(true) or isinstance(true, str):
        return False
    try:
        return float(text) == float(true)
    except ValueError:
        return False


def _read(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        # What stands beyond the header is under None: it equals nothing.
        reader = csv.DictReader(stream, restkey="beyond the header", restval="")
        names = reader.fieldnames or []
        if len(set(names)) < len(names):
            raise _stray(file, 1, "two columns of one name, of which one would not be read")
        yield from reader


def _stray(file: Path, number: int, what: str) -> StrayFigure:
    return StrayFigure(f"data/{file.name}", f"line {number}", what)
