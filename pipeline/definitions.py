"""Definitions held as rows: the project's seeds and an assessment's own lenses, checked before dbt starts."""

from __future__ import annotations

import csv
import difflib
from pathlib import Path

import yaml

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
    ("indicator_cells", "area_type", "area_types", "area_type"),
    ("indicator_cells", "splits", "split_sets", "splits"),
    ("indicator_cells", "breakdown", "breakdown_values", "breakdown"),
    ("series_break_measures", "break_id", "series_breaks", "break_id"),
    ("series_break_measures", "measure_id", "measures", "measure_id"),
    ("series_break_measures", "offence_code", "offence_codes", "offence_code"),
    ("benchmarks", "indicator_id", "indicators", "indicator_id"),
    ("people_measures", "people_measure_id", "measures", "measure_id"),
    ("people_measures", "measure_id", "measures", "measure_id"),
    ("street_categories", "measure_id", "measures", "measure_id"),
)


def read_rows(file: Path) -> Rows:
    """The rows of a table of definitions; ConfigurationError where it is missing, ragged or no text."""
    return [row for _, row in _number_rows(file)]


def _number_rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    if not file.is_file():
        raise ConfigurationError(f"{file} does not exist: restore it from the repository.")
    numbered = []
    # -sig: Excel marks its UTF-8 files with an invisible first character.
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise ConfigurationError(
                        f"{file} line {reader.line_num} has more or fewer cells than the header: mend it."
                    )
                numbered.append((reader.line_num, row))
        except UnicodeDecodeError:
            raise ConfigurationError(f"{file} is not UTF-8 text: save it as 'CSV UTF-8'.") from None
        except csv.Error as error:
            raise ConfigurationError(
                f"{file} line {reader.line_num} cannot be read ({error}): mend its quotation marks."
            ) from None
    return numbered


def read_local_lenses(assessment: Assessment) -> tuple[Rows, Rows]:
    """The lenses and lens rules that an assessment adds beside its TOML file; two empty lists where none."""
    files = assessment.folder / "lenses.csv", assessment.folder / "lens_rules.csv"
    lenses, rules = (read_rows(file) if file.exists() else [] for file in files)
    return lenses, rules


def check_definitions(project: Path, assessment: Assessment) -> None:
    """Raises ConfigurationError at the first row that names what does not exist."""
    seeds = project / "dbt_project" / "seeds"
    local_lenses, local_rules = (assessment.folder / f"{name}.csv" for name in ("lenses", "lens_rules"))
    known: dict[tuple[str, str], set[str]] = {}
    for table, column, target, target_column in REFERENCES:
        if (target, target_column) not in known:
            known[target, target_column] = {"street_other", *_values(seeds / f"{target}.csv", target_column)}
            if target == "lenses" and local_lenses.exists():
                known[target, target_column] |= _values(local_lenses, target_column)
        _check_column(seeds / f"{table}.csv", column, known[target, target_column], f"{target}.csv")
        if table == "lens_rules" and local_rules.exists():
            _check_column(local_rules, column, known[target, target_column], f"{target}.csv")
    _check_report(project / "reports" / "yearly.yml", known["indicators", "indicator_id"])
    lens_id, lens_ids = assessment.definition.lens_id, known["lenses", "lens_id"]
    if lens_id not in lens_ids:
        file = assessment.folder / "assessment.toml"
        raise ConfigurationError(
            f"{file}: `definition.lens_id`: the lens {lens_id!r} does not exist.{_nearest(lens_id, lens_ids)}"
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
                f"{file} line {line}: the indicator {name!r} is not in indicators.csv.{_nearest(str(name), known)}"
            )


def _values(file: Path, column: str) -> set[str]:
    return {value for _, value in _column(file, column)}


def _column(file: Path, column: str) -> list[tuple[int, str]]:
    numbered = _number_rows(file)
    if numbered and column not in numbered[0][1]:
        hint = _nearest(column, set(numbered[0][1]), "Add it.")
        raise ConfigurationError(f"{file} line 1: the column {column!r} is missing.{hint}")
    return [(line, row[column]) for line, row in numbered]


def _check_column(file: Path, column: str, known: set[str], where: str) -> None:
    for line, value in _column(file, column):
        if value and value not in known:
            raise ConfigurationError(
                f"{file} line {line}: {column} {value!r} is not in {where}.{_nearest(value, known)}"
            )


def _nearest(word: str, known: set[str], otherwise: str = "Correct it or take the row out.") -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else f" {otherwise}"
