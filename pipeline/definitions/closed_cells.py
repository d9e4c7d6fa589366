"""What is never published, whatever its count: by whose subject it is, how small its areas, how short its periods."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pipeline.definitions.rows import Row, Rows, number_rows, read_rows
from pipeline.settings import ConfigurationError

DOMESTIC, HOMICIDE, DOMESTIC_HOMICIDE = "domestic", "homicide", "domestic_homicide"


def check_closed_cells(seeds: Path) -> None:
    """Raises ConfigurationError at the first row of `indicator_cells` that asks for what `closed_cells` closes."""
    closed = read_rows(seeds / "closed_cells.csv")
    indicators = {row["indicator_id"]: row for row in read_rows(seeds / "indicators.csv")}
    measures = defaultdict(set)
    for row in read_rows(seeds / "subject_measures.csv"):
        measures[row["measure_id"]].add(row["subject"])
    splits = defaultdict(set)
    for row in read_rows(seeds / "split_sets.csv"):
        splits[row["splits"]].add(row["split"])
    file = seeds / "indicator_cells.csv"
    for line, cell in number_rows(file):
        indicator = indicators.get(cell["indicator_id"])
        if indicator is None:
            # Another check names what is not there.
            continue
        for rule in _closing(cell, closed, find_subjects(indicator, splits[cell["splits"]], measures)):
            what = rule["area_type"] or rule["period_type"]
            raise ConfigurationError(
                f"{file} line {line}: {cell['indicator_id']} is not published by {what}, because {rule['reason']} "
                f"(closed_cells.csv: {rule['subject']}): ask for {rule['instead']}, or take the row out."
            )


def find_subjects(indicator: Row, splits: set[str], measures: dict[str, set[str]]) -> set[str]:
    """The subjects of an indicator with these splits: those of the measures it divides, and of their domestic part."""
    counted = [
        indicator["numerator_measure_id"],
        indicator["denominator_id"],
        indicator["unknown_measure_id"],
    ]
    subjects = set[str]().union(*(measures.get(measure, set()) for measure in counted))
    if indicator["numerator_split"] not in ("", "all") or splits - {"all"}:
        subjects.add(DOMESTIC)
    if {DOMESTIC, HOMICIDE} <= subjects:
        subjects.add(DOMESTIC_HOMICIDE)
    return subjects


def _closing(cell: Row, closed: Rows, subjects: set[str]) -> Rows:
    """The rows that close a cell: an empty word stands for every area, or every period."""
    return [
        rule
        for rule in closed
        if rule["subject"] in subjects
        and rule["area_type"] in ("", cell["area_type"])
        and rule["period_type"] in ("", cell["period_type"])
    ]
