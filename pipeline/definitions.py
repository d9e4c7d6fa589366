"""Definitions held as rows: the project's seeds and an assessment's own lenses, checked before dbt starts."""

from __future__ import annotations

import csv
import difflib
from pathlib import Path

from pipeline.settings import Assessment, ConfigurationError

Rows = list[dict[str, str]]

# Where a cell of one table must stand in another: (table, column, table, column).
REFERENCES = (
    ("lens_rules", "lens_id", "lenses", "lens_id"),
    ("lens_rules", "offence_code", "offence_codes", "offence_code"),
    ("lens_rules", "condition", "conditions", "condition"),
    ("measure_rules", "measure_id", "measures", "measure_id"),
    ("measure_rules", "offence_code", "offence_codes", "offence_code"),
    ("measure_rules", "offence_group", "offence_codes", "offence_group"),
    ("measure_rules", "offence_subgroup", "offence_codes", "offence_subgroup"),
    ("measure_rules", "condition", "conditions", "condition"),
    ("conditions", "flag", "flags", "flag"),
    ("indicators", "numerator_measure_id", "measures", "measure_id"),
    ("indicator_cells", "indicator_id", "indicators", "indicator_id"),
    ("indicator_cells", "splits", "split_sets", "splits"),
    ("indicator_cells", "breakdown", "breakdown_values", "breakdown"),
    ("benchmarks", "indicator_id", "indicators", "indicator_id"),
    ("street_categories", "measure_id", "measures", "measure_id"),
)
AREA_TYPES = ("vru", "lad", "msoa", "region", "country", "neighbours")


def read_rows(file: Path) -> Rows:
    """The rows of a table of definitions; ConfigurationError where it is missing or ragged."""
    if not file.is_file():
        raise ConfigurationError(f"{file} does not exist: restore it from the repository.")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ConfigurationError(f"{file} line {line} has more or fewer cells than the header: mend it.")
    return rows


def read_local_lenses(assessment: Assessment) -> tuple[Rows, Rows]:
    """The lenses and lens rules that an assessment adds beside its TOML file; two empty lists where none."""
    files = assessment.folder / "lenses.csv", assessment.folder / "lens_rules.csv"
    lenses, rules = (read_rows(file) if file.exists() else [] for file in files)
    return lenses, rules


def check_definitions(project: Path, assessment: Assessment) -> None:
    """Raises ConfigurationError at the first row that names what does not exist."""
    seeds = project / "dbt_project" / "seeds"
    lenses, rules = read_local_lenses(assessment)
    known: dict[tuple[str, str], set[str]] = {}
    for table, column, target, target_column in REFERENCES:
        if (target, target_column) not in known:
            known[target, target_column] = {
                *(row[target_column] for row in read_rows(seeds / f"{target}.csv")),
                *(row["lens_id"] for row in lenses if target == "lenses"),
                "street_other",
            }
        _check_column(seeds / f"{table}.csv", column, known[target, target_column], f"{target}.csv")
        if table == "lens_rules" and rules:
            file = assessment.folder / "lens_rules.csv"
            _check_column(file, column, known[target, target_column], f"{target}.csv")
    _check_column(seeds / "indicator_cells.csv", "area_type", set(AREA_TYPES), "the kinds of area")
    lens_ids = known["lenses", "lens_id"]
    if assessment.definition.lens_id not in lens_ids:
        file = assessment.folder / "assessment.toml"
        raise ConfigurationError(
            f"{file}: the lens {assessment.definition.lens_id!r} does not exist.{_nearest(assessment.definition.lens_id, lens_ids)}"
        )


def _check_column(file: Path, column: str, known: set[str], where: str) -> None:
    for line, row in enumerate(read_rows(file), start=2):
        if row[column] and row[column] not in known:
            raise ConfigurationError(
                f"{file} line {line}: {column} {row[column]!r} is not in {where}.{_nearest(row[column], known)}"
            )


def _nearest(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else " Correct it or take the row out."
