"""A sheet → the blocks of figures in it, with what their rows and columns are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from pipeline.audits.figures import Figure, read_figure
from pipeline.audits.sheets import Sheet

# Blank lines and headings between the rows of one block.
MOST_BETWEEN = 2
HEADER_ROWS = 4
# Columns of numbers that do not count anything, though some of them may be whole.
NO_COUNTS = re.compile(
    r"%|\b(per ?cent(age)?|proportion|share|rates?|per 1|ratio|mean|median|average|rank|change|difference|"
    r"lower|upper|limit|index|score)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """Figures by place in the sheet, the rows and columns they stand in, and their names."""

    sheet: Sheet
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    figures: dict[tuple[int, int], Figure]
    row_names: dict[int, str]
    column_names: dict[int, str]
    left_out: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it is, such as Table 1!B5:F30."""
        last = self.sheet.address(self.rows[-1], self.columns[-1]).rpartition("!")[2]
        return f"{self.sheet.address(self.rows[0], self.columns[0])}:{last}"


def find_blocks(sheet: Sheet, more_markers: tuple[str, ...]) -> tuple[list[Block], list[str]]:
    """The blocks of a sheet in which a number stands, and what to say of those where words stand among figures.

    The first column that is not empty names the rows; further ones do where they are mostly words.
    """
    width = max(map(len, sheet.rows), default=0)
    rows = [(*row, *[""] * (width - len(row))) for row in sheet.rows]
    figures = [[read_figure(text, more_markers) for text in row] for row in rows]
    blocks, remarks = [], []
    for run in _find_runs(rows, figures):
        block = _read_block(sheet, run, rows, figures)
        if not any(figure.value is not None for figure in block.figures.values()):
            continue
        words = next(
            (place for place in product(block.rows, block.columns) if place not in block.figures), None
        )
        if words is not None:
            remarks.append(
                f"{block.place} is left out: {sheet.address(*words)} holds words among figures; if they are a marker, "
                "name it with --marker."
            )
        else:
            blocks.append(block)
    return blocks, remarks


Texts = list[tuple[str, ...]]
Figures = list[list[Figure | None]]


def _find_runs(rows: Texts, figures: Figures) -> list[list[int]]:
    """Rows of figures that belong together: a header, or many lines without figures, begin another block."""
    runs: list[list[int]] = []
    between = MOST_BETWEEN + 1
    for number, row in enumerate(rows):
        beyond = [column for column, text in enumerate(row) if text][1:]
        is_figure = [figures[number][column] is not None for column in beyond]
        # Remarks may follow the figures of a row that goes on with a block.
        if any(is_figure) and (is_figure[-1] or sum(is_figure) > len(is_figure) / 2 or between == 0):
            if between > MOST_BETWEEN:
                runs.append([])
            runs[-1].append(number)
            between = 0
        else:
            between += MOST_BETWEEN + 1 if beyond else 1
    return [run[1:] if len(run) > 1 and _names_years(rows[run[0]], figures[run[0]]) else run for run in runs]


def _names_years(row: tuple[str, ...], figures: list[Figure | None]) -> bool:
    """Whether all numbers of a row are years, each another: a header."""
    numbers = [text for text, figure in zip(row, figures, strict=True) if text and figure is not None]
    is_years = all(re.fullmatch(r"(19|20)\d\d", text) for text in numbers)
    return is_years and len(set(numbers)) == len(numbers)


def _read_block(sheet: Sheet, run: list[int], rows: Texts, figures: Figures) -> Block:
    used = [column for column in range(len(rows[0])) if any(rows[row][column] for row in run)]
    labels, counted = used[:1], used[1:]
    while counted and not _is_mostly_figures(counted[0], run, rows, figures):
        labels.append(counted.pop(0))
    # Further to the right stand remarks.
    counted = [column for column in counted if _is_mostly_figures(column, run, rows, figures)]
    column_names = _name_columns(rows[max(0, run[0] - HEADER_ROWS) : run[0]], counted)
    found: dict[tuple[int, int], Figure] = {}
    columns, left_out = [], []
    for column in counted:
        of_column = {(row, column): figure for row in run if (figure := figures[row][column]) is not None}
        is_count = all(figure.is_count for figure in of_column.values())
        if NO_COUNTS.search(column_names[column]) or not is_count:
            left_out.append(column_names[column] or sheet.address(run[0], column))
        else:
            columns.append(column)
            found.update(of_column)
    row_names = _name_rows(run, labels, rows)
    return Block(sheet, tuple(run), tuple(columns), found, row_names, column_names, tuple(left_out))


def _is_mostly_figures(column: int, run: list[int], rows: Texts, figures: Figures) -> bool:
    """Whether of the cells that say something at least half are numbers or markers."""
    said = [figures[row][column] for row in run if rows[row][column]]
    said = [figure for figure in said if figure is None or not figure.is_unknown]
    return len(said) > 0 and sum(figure is None for figure in said) <= len(said) / 2


def _name_rows(run: list[int], labels: list[int], rows: Texts) -> dict[int, str]:
    """The words before each row; what is said once for several rows stands in the first of them alone."""
    names: dict[int, str] = {}
    words = [""] * len(labels)
    for row in run:
        said = [rows[row][column] for column in labels]
        first = next((at for at, word in enumerate(said) if word), len(said) - 1)
        words = [*words[:first], *said[first:]]
        names[row] = " ".join(word for word in words if word)
    return names


def _name_columns(above: Texts, columns: list[int]) -> dict[int, str]:
    """The words above each column; a heading over several columns stands in the first of them alone."""
    headers = [row for row in above if any(row[column] for column in columns)]
    names: dict[int, list[str]] = {column: [] for column in columns}
    for number, row in enumerate(headers):
        heading = ""
        for column in columns:
            heading = row[column] or (heading if number < len(headers) - 1 else "")
            if heading:
                names[column].append(heading)
    return {column: " ".join(words) for column, words in names.items()}
