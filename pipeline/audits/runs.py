"""A sheet of text → the rows of figures that belong together, and the rows of headings above them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.audits.figures import Figure
from pipeline.audits.totals import is_called_total

Texts = list[tuple[str, ...]]
Figures = list[list[Figure | None]]

# Lines of words alone between the rows of one table; blank lines do not part it.
MOST_BETWEEN = 3
HEADER_ROWS = 4


@dataclass
class Run:
    """The rows of a table, those of its headers, and what stands alone in a line before some of them."""

    headers: list[int]
    rows: list[int] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)


def find_runs(rows: Texts, figures: Figures) -> list[Run]:
    """Rows of figures that belong together: other headers, or many lines of words alone, begin another table.

    Headers that are repeated (a page has ended) do not, except after a total.
    """
    runs: list[Run] = []
    between, heading, after_last = MOST_BETWEEN + 1, "", 0
    for number, row in enumerate(rows):
        filled = [column for column, text in enumerate(row) if text]
        if not filled:
            continue
        if runs and _is_repeated(row, runs[-1], rows):
            if is_called_total(next(filter(None, rows[runs[-1].rows[-1]]))):
                between = MOST_BETWEEN + 1
            continue
        if _is_figures(number, filled, rows, figures, between):
            if between > MOST_BETWEEN:
                runs.append(Run(list(range(max(after_last, number - HEADER_ROWS), number))))
            runs[-1].rows.append(number)
            runs[-1].headings[number] = heading
            between, after_last = 0, number + 1
        elif _heads_what_follows(number, rows, figures):
            between, heading = between + MOST_BETWEEN + 1, ""
        else:
            between, heading = between + 1, row[filled[0]]
    return runs


def _is_repeated(row: tuple[str, ...], run: Run, rows: Texts) -> bool:
    texts = [text.casefold() for text in row]
    return any(
        texts == [text.casefold() for text in rows[header]] and sum(map(bool, texts)) > 1
        for header in run.headers
    )


def _is_figures(number: int, filled: list[int], rows: Texts, figures: Figures, between: int) -> bool:
    """Whether a row holds figures rather than headers, notes or names."""
    beyond = filled[1:]
    is_figure = [figures[number][column] is not None for column in beyond]
    # Remarks may follow the figures of a row that goes on with a table.
    if not any(is_figure) or not (is_figure[-1] or sum(is_figure) > len(is_figure) / 2 or between == 0):
        return False
    return between <= MOST_BETWEEN or not _is_first_header(number, filled, rows, figures)


def _is_first_header(number: int, filled: list[int], rows: Texts, figures: Figures) -> bool:
    """Whether a row before all others is a header, though its texts are years, or markers such as High, Low."""
    if not _next_figures(number, rows, figures):
        return False
    said = [figures[number][column] for column in filled]
    numbers = [
        rows[number][column] for column, each in zip(filled, said, strict=True) if each and each.is_shown
    ]
    if numbers:
        is_years = all(re.fullmatch(r"(19|20)\d\d", text) for text in numbers)
        return is_years and len(set(numbers)) == len(numbers)
    beyond = [rows[number][column].casefold() for column in filled[1:]]
    above = next((row for row in reversed(rows[:number]) if any(row)), ())
    if sum(map(bool, above)) > 1:
        # A second line of headers has nothing above the names of the rows.
        return not any(rows[number][:1]) and bool(rows[number + 1][0])
    return len(beyond) > 1 and len(set(beyond)) == len(beyond)


def _next_figures(number: int, rows: Texts, figures: Figures) -> list[int]:
    """The columns, but the first, in which the next row with figures has them."""
    for row in range(number + 1, min(number + 1 + HEADER_ROWS, len(rows))):
        columns = [column for column, text in enumerate(rows[row]) if text][1:]
        if found := [column for column in columns if figures[row][column] is not None]:
            return found
    return []


def _heads_what_follows(number: int, rows: Texts, figures: Figures) -> bool:
    """Whether words stand above most of the next figures, here and in the next lines: a heading of a group does not."""
    below = _next_figures(number, rows, figures)
    if not below or not any(rows[number][1:]):
        return False
    named: set[int] = set()
    for row in range(number, min(number + HEADER_ROWS, len(rows))):
        said = {column for column, text in enumerate(rows[row]) if text}
        if row > number and any(figures[row][column] for column in sorted(said)[1:]):
            break
        named |= said
    return len(named & set(below)) > len(below) / 2
