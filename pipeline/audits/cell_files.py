"""CELLS.csv and RELATIONS.csv → figures and relations; what is wrong is one sentence with file and line."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from pipeline.audits.figures import Figure, read_figure
from pipeline.audits.tables import LARGEST, Tables, make_relations
from pipeline.audits.texts import read_lines
from pipeline.definitions.rows import Row, nearest
from pipeline.names import printable
from pipeline.settings import ConfigurationError

CELLS = ("cell_id", "value")
TOO_LARGE = (
    "the programs that look for the least and the most no longer tell such numbers apart by 1; leave out what they "
    "stand in."
)
RELATIONS = ("relation_id", "total_cell", "part_cell")


def read_cell_files(cells_file: Path, relations_file: Path, more_markers: tuple[str, ...]) -> Tables:
    """The cells and relations of two files; raises ConfigurationError for the first thing that is wrong."""
    figures = _read_figures(cells_file, more_markers)
    total_of: dict[str, tuple[str, int]] = {}
    seen: dict[tuple[str, str], int] = {}
    parts = []
    for line, row in _read_rows(relations_file, RELATIONS):
        at = f"{relations_file} line {line}"
        relation, total, part = (row[name].strip() for name in RELATIONS)
        if not relation:
            raise ConfigurationError(f"{at}: relation_id is empty: name the relation.")
        for name, cell in (("total_cell", total), ("part_cell", part)):
            if cell not in figures:
                hint = nearest(cell, figures, "Add the cell, or take the row out.")
                raise ConfigurationError(
                    f"{at}: {name} {printable(cell)!r} is no cell_id in {cells_file}.{hint}"
                )
        first, first_line = total_of.setdefault(relation, (total, line))
        name = printable(relation)
        if first != total:
            raise ConfigurationError(
                f"{at}: relation {name!r} has another total_cell than on line {first_line}: "
                "give each relation one total, and a second total a relation_id of its own."
            )
        if part == total:
            raise ConfigurationError(
                f"{at}: relation {name!r} has its total among its parts: take the row out."
            )
        if (relation, part) in seen:
            raise ConfigurationError(
                f"{at}: relation {name!r} has the part {printable(part)!r} on line {seen[relation, part]} already: "
                "take one out, or give one row the sum of both coefficients."
            )
        seen[relation, part] = line
        parts.append((relation, total, part, _read_coefficient(row.get("coefficient", ""), at)))
    if not parts:
        raise ConfigurationError(
            f"{relations_file} has no relations: give each part of a total a row of {', '.join(RELATIONS)}."
        )
    return Tables(figures, make_relations(parts), {})


def has_cells(file: Path) -> bool:
    """Whether a file of text begins with the columns of cells rather than with a table."""
    rows = read_lines(file)
    return bool(rows) and set(CELLS) <= {title.casefold() for title in rows[0][1]}


def _read_figures(file: Path, more_markers: tuple[str, ...]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    line_of: dict[str, int] = {}
    for line, row in _read_rows(file, CELLS):
        at, cell = f"{file} line {line}", row["cell_id"].strip()
        if not cell:
            raise ConfigurationError(f"{at}: cell_id is empty: name the cell.")
        if cell in figures:
            raise ConfigurationError(
                f"{at}: the cell {printable(cell)!r} stands on line {line_of[cell]} already: give each cell one row."
            )
        figure = read_figure(row["value"], more_markers)
        if figure is None or not figure.is_count:
            raise ConfigurationError(
                f"{at}: the value of {printable(cell)!r} is {_what_is_wrong(figure)}: "
                "give a whole number from 0, or c where it is suppressed."
            )
        if figure.value is not None and figure.value > LARGEST:
            raise ConfigurationError(
                f"{at}: the value of {printable(cell)!r} is over {LARGEST:,}: {TOO_LARGE}"
            )
        figures[cell], line_of[cell] = figure, line
    if not figures:
        raise ConfigurationError(f"{file} has no cells: give each a row of cell_id and value.")
    return figures


def _what_is_wrong(figure: Figure | None) -> str:
    if figure is None:
        return "neither a number nor a marker"
    return "negative" if figure.value is not None and figure.value < 0 else "not whole"


def _read_coefficient(text: str, at: str) -> float:
    if not text.strip():
        return 1.0
    try:
        coefficient = float(text)
    except ValueError:
        coefficient = 0.0
    if coefficient == 0 or not isfinite(coefficient):
        raise ConfigurationError(
            f"{at}: the coefficient {printable(text)!r} is no number other than 0, such as 0.5: correct it, or leave "
            "it empty for 1."
        )
    if abs(coefficient) > LARGEST:
        raise ConfigurationError(f"{at}: the coefficient is over {LARGEST:,}: {TOO_LARGE}")
    return coefficient


def _read_rows(file: Path, needed: tuple[str, ...]) -> list[tuple[int, Row]]:
    numbered = read_lines(file)
    if not numbered:
        return []
    titles = [title.casefold() for title in numbered[0][1]]
    while titles and not titles[-1]:
        titles.pop()
    for column in needed:
        if column not in titles:
            hint = nearest(column, set(titles) - set(needed), "Add it.")
            raise ConfigurationError(f"{file} line 1: the column {column!r} is missing.{hint}")
    rows = []
    for line, cells in numbered[1:]:
        if not any(cells):
            continue
        if len(cells) < len(titles) or any(cells[len(titles) :]):
            raise ConfigurationError(f"{file} line {line} has more or fewer cells than the header: mend it.")
        rows.append((line, dict(zip(titles, cells, strict=False))))
    return rows
