"""A sheet → the blocks of figures in it, with what their rows and columns are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.audits.figures import Figure, read_figure
from pipeline.audits.headings import (
    Paths,
    find_labels,
    holds_counts,
    is_label,
    is_mostly_figures,
    name_column,
    name_columns,
    name_rows,
)
from pipeline.audits.runs import Figures, Run, Texts, find_runs
from pipeline.audits.sheets import Sheet
from pipeline.audits.totals import is_called_total
from pipeline.audits.uncounted import LeftOut, is_note, leave_out

MOST_QUOTED = 30


@dataclass(frozen=True)
class Block:
    """Figures by place in the sheet, the rows and columns they stand in, their names, and those by levels."""

    sheet: Sheet
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    figures: dict[tuple[int, int], Figure]
    row_names: dict[int, str]
    column_names: dict[int, str]
    row_paths: Paths
    column_paths: Paths
    left_out: LeftOut
    place: str


@dataclass(frozen=True)
class Spoilt:
    """Where a block is that cannot be read, why, and how many cells without a number it has."""

    remark: str
    hidden: int


def find_blocks(sheet: Sheet, more_markers: tuple[str, ...]) -> Iterator[Block | Spoilt]:
    """The blocks of a sheet in which a number stands; one in which words stand among figures is spoilt.

    The first column that is not empty names the rows; further ones do where they are mostly words or codes. Blocks
    beside each other are parted by an empty column after which names stand again.
    """
    width = max(map(len, sheet.rows), default=0)
    rows = [(*row, *[""] * (width - len(row))) for row in sheet.rows]
    figures = [[read_figure(text, more_markers) for text in row] for row in rows]
    for run in find_runs(rows, figures):
        span = range(min([*run.headers, *run.rows]), run.rows[-1] + 1)
        if parts := _part(run, span, rows, figures):
            for columns in parts:
                yield from find_blocks(sheet.part(span, columns), more_markers)
        else:
            block = _read_block(sheet, run, rows, figures)
            if isinstance(block, Spoilt) or any(figure.is_shown for figure in block.figures.values()):
                yield block


def _part(run: Run, span: range, rows: Texts, figures: Figures) -> list[range]:
    """The columns of blocks beside each other; none where there is one."""
    used = [column for column in range(len(rows[0])) if any(rows[row][column] for row in span)]
    starts = [
        column
        for before, column in pairwise(used)
        if column > before + 1 and _begins_with_names(column, run, rows, figures)
    ]
    if not starts:
        return []
    return [range(start, end) for start, end in zip([0, *starts], [*starts, len(rows[0])], strict=True)]


def _begins_with_names(column: int, run: Run, rows: Texts, figures: Figures) -> bool:
    """Whether a column after an empty one names rows, and figures follow it."""
    said = [row for row in run.rows if rows[row][column]]
    if not said or not any(figures[row][column + 1 :] and any(rows[row][column + 1 :]) for row in said):
        return False
    part = Run(run.headers, said)
    head = name_column(column, part, rows)
    has_figures = any(
        is_mostly_figures(other, part, rows, figures) for other in range(column + 1, len(rows[0]))
    )
    is_named = is_label(column, head, part, rows, figures)
    return has_figures and is_named and not holds_counts(column, head, part, rows, figures)


def _read_block(sheet: Sheet, run: Run, rows: Texts, figures: Figures) -> Block | Spoilt:
    used = [column for column in range(len(rows[0])) if any(rows[row][column] for row in run.rows)]
    labels = find_labels(run, used, rows, figures)
    # Further to the right stand remarks.
    counted = [column for column in used[len(labels) :] if is_mostly_figures(column, run, rows, figures)]
    row_paths = name_rows(run, labels, rows)
    row_names = {row: _join(path) for row, path in row_paths.items()}
    notes = _find_notes(run, counted, row_names, figures)
    row_names = {row: name for row, name in row_names.items() if row not in notes}
    column_paths = name_columns(run, counted, rows)
    place = (
        f"{sheet.address(run.rows[0], (counted or used)[0])}:"
        + sheet.address(run.rows[-1], (counted or used)[-1]).rpartition("!")[2]
    )
    cells = {
        (row, column): figure
        for row in row_names
        for column in counted
        if (figure := figures[row][column]) is not None
    }
    words = next(
        ((row, column) for row in row_names for column in counted if (row, column) not in cells), None
    )
    if words is not None:
        return Spoilt(
            f"{place} is left out: {sheet.address(*words)} holds words among figures ({_quote(rows, words)}); if they "
            "are a marker, name it with --marker.",
            sum(not figure.is_shown and not figure.is_unknown for figure in cells.values()),
        )
    column_names = {column: _join(column_paths[column]) for column in counted}
    kept_rows, kept_columns, left_out = leave_out(cells, row_names, column_names)
    found = {place: cells[place] for place in cells if place[0] in kept_rows and place[1] in kept_columns}
    with_headings = {row: (run.headings[row], *row_paths[row]) for row in kept_rows}
    return Block(
        sheet, tuple(kept_rows), tuple(kept_columns), found, row_names, column_names, with_headings, column_paths,
        left_out, place,
    )  # fmt: skip


def _find_notes(run: Run, counted: list[int], row_names: dict[int, str], figures: Figures) -> list[int]:
    """The last rows that are notes: words with a number, or a number alone under a total or under full rows."""
    notes: list[int] = []
    for row in reversed(run.rows):
        above = [each for each in run.rows if each < row]
        blanks = [(each, column) for each in above for column in counted if _is_blank(figures[each][column])]
        is_below = not blanks or any(is_called_total(row_names[each]) for each in above)
        if not is_note([figures[row][column] for column in counted], is_below):
            break
        notes.append(row)
    return notes


def _is_blank(figure: Figure | None) -> bool:
    return figure is not None and figure.is_unknown


def _quote(rows: Texts, place: tuple[int, int]) -> str:
    text = rows[place[0]][place[1]]
    return repr(text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…")


def _join(path: tuple[str, ...]) -> str:
    return " ".join(word for word in path if word)
