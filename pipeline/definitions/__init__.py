"""Definitions held as rows: the project's seeds and an assessment's own lenses, checked before dbt starts."""

from __future__ import annotations

from pathlib import Path

import yaml

from pipeline.definitions.closed_cells import check_closed_cells
from pipeline.definitions.lens_rows import LENS_TABLES, find_faulty_lens_rows, lens_files
from pipeline.definitions.rows import Rows, nearest, read_column, read_rows
from pipeline.settings import Assessment, ConfigurationError

# Where a cell of one table must stand in another: (table, column, table, column).
REFERENCES = (
    ("lens_rules", "lens_id", "lenses", "lens_id"),
    ("lens_rules", "offence_code", "offence_codes", "offence_code"),
    ("lens_rules", "condition", "conditions", "condition"),
    ("lens_health_rules", "lens_id", "lenses", "lens_id"),
    ("lens_health_rules", "mechanism_group", "icd10_violence", "mechanism_group"),
    ("lens_health_rules", "condition", "conditions", "condition"),
    ("measure_rules", "measure_id", "measures", "measure_id"),
    ("measure_rules", "offence_code", "offence_codes", "offence_code"),
    ("measure_rules", "offence_group", "offence_codes", "offence_group"),
    ("measure_rules", "offence_subgroup", "offence_codes", "offence_subgroup"),
    ("measure_rules", "condition", "conditions", "condition"),
    ("conditions", "flag", "flags", "flag"),
    ("indicators", "numerator_measure_id", "measures", "measure_id"),
    ("indicator_cells", "indicator_id", "indicators", "indicator_id"),
    ("indicator_cells", "area_type", "area_types", "area_type"),
    ("indicator_cells", "splits", "split_sets", "splits"),
    ("indicator_cells", "breakdown", "breakdown_values", "breakdown"),
    ("figure_treatments", "treatment_id", "treatments", "treatment_id"),
    ("subject_measures", "measure_id", "measures", "measure_id"),
    ("series_break_measures", "break_id", "series_breaks", "break_id"),
    ("series_break_measures", "measure_id", "measures", "measure_id"),
    ("series_break_measures", "offence_code", "offence_codes", "offence_code"),
    ("benchmarks", "indicator_id", "indicators", "indicator_id"),
    ("people_measures", "people_measure_id", "measures", "measure_id"),
    ("people_measures", "measure_id", "measures", "measure_id"),
    ("street_categories", "measure_id", "measures", "measure_id"),
)

# What a table may name besides: categories of street-level crime that no measure counts.
UNMEASURED = {"street_categories": {"street_other"}}


def read_local_rows(assessment: Assessment, table: str) -> Rows:
    """The rows that an assessment adds to a table of lenses beside its TOML file; an empty list where none."""
    file = assessment.folder / f"{table}.csv"
    return read_rows(file) if file.exists() else []


def check_definitions(project: Path, assessment: Assessment) -> None:
    """Raises ConfigurationError with a line for each row that names what does not exist, or cannot mean what it says.

    A table that cannot be read stops it at once.
    """
    seeds = project / "dbt_project" / "seeds"
    # First, for it says why an area is closed where another check would say that there is none of the name.
    check_closed_cells(seeds)
    known: dict[tuple[str, str], set[str]] = {}
    faults: list[tuple[str, str]] = []
    for table, column, target, target_column in REFERENCES:
        if (target, target_column) not in known:
            found = [_values(file, target_column) for file in _files(seeds, assessment, target)]
            known[target, target_column] = set[str]().union(*found)
        for file in _files(seeds, assessment, table):
            allowed = known[target, target_column] | UNMEASURED.get(table, set())
            faults += _find_unknown(file, column, allowed, f"{target}.csv")
    faults += find_faulty_lens_rows(seeds, assessment.folder)
    if faults:
        # Of a row with two faults the first is told.
        of_rows = dict(reversed(faults))
        raise ConfigurationError("\n".join(f"{where}{of_rows[where]}" for where in dict(faults)))
    _check_report(project / "reports" / "yearly.yml", known["indicators", "indicator_id"])
    lens_id, lens_ids = assessment.definition.lens_id, known["lenses", "lens_id"]
    if lens_id not in lens_ids:
        file = assessment.folder / "assessment.toml"
        raise ConfigurationError(
            f"{file}: `definition.lens_id`: the lens {lens_id!r} does not exist.{nearest(lens_id, lens_ids)}"
        )


def _check_report(file: Path, indicators: set[str]) -> None:
    """Every name in the report's lists must be an indicator, or an exhibit of the report itself."""
    # The report's own reader says what is wrong with a file that is missing or no YAML.
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    try:
        sections = (yaml.safe_load(text) or {}).get("sections", [])
        blocks = [block for section in sections for block in section.get("blocks", [])]
        named = [name for block in blocks for name in block.get("indicators", [])]
    except (yaml.YAMLError, AttributeError, TypeError):
        return
    known = indicators | {block["exhibit"] for block in blocks if "exhibit" in block}
    for name in named:
        if name not in known:
            line = text[: text.index(str(name))].count("\n") + 1
            raise ConfigurationError(
                f"{file} line {line}: the indicator {name!r} is not in indicators.csv.{nearest(str(name), known)}"
            )


def _files(seeds: Path, assessment: Assessment, table: str) -> list[Path]:
    return lens_files(seeds, assessment.folder, table) if table in LENS_TABLES else [seeds / f"{table}.csv"]


def _values(file: Path, column: str) -> set[str]:
    return {value for _, value in read_column(file, column)}


def _find_unknown(file: Path, column: str, known: set[str], where: str) -> list[tuple[str, str]]:
    return [
        (f"{file} line {line}", f": {column} {value!r} is not in {where}.{nearest(value, known)}")
        for line, value in read_column(file, column)
        if value and value not in known
    ]
