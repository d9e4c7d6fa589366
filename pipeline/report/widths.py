"""How wide a printed table and its columns are: numbers get what they need, text shares the rest by its length."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.report.tables import Table

FULL_WIDTH = 170.0
MILLIMETRES_A_LETTER = 1.75
SHORT_COLUMN, LEAST_TEXT = 18.0, 10.0
# In millimetres between columns, and of text in points: the usual one first.
GAP, SIZES = 3.0, (9.0, 8.0, 7.0)


@dataclass(frozen=True)
class Shape:
    """How wide a table is and the gaps between its columns, in millimetres; the size of its text, in points.

    `weights` are the columns' parts of what the gaps leave.
    """

    width: float
    gap: float
    size: float
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Width:
    """Of a column, in letters: what it would have, the least that it can do with, and how long its texts are."""

    is_number: bool
    wanted: float
    least: float
    length: float

    @property
    def missing(self) -> float:
        """How many letters more than the least it can use: none of a column that is never broken."""
        return max(self.length, self.wanted) - self.least if self.wanted > self.least else 0.0


def table_shape(table: Table) -> Shape:
    """The shape of a table on a page: where it is too wide, long texts give way first, then the size of all text."""
    widths = [_width_of(table, index) for index in range(len(table.columns))]
    gaps = GAP * len(widths)
    wanted = sum(each.wanted for each in widths)
    whole = wanted * MILLIMETRES_A_LETTER + gaps
    if whole <= FULL_WIDTH:
        return Shape(round(max(whole, 60), 1), GAP, SIZES[0], tuple(round(each.wanted, 2) for each in widths))
    letters = {size: (FULL_WIDTH - gaps) / (MILLIMETRES_A_LETTER * size / SIZES[0]) for size in SIZES}
    needed = sum(each.least for each in widths)
    readable = SIZES if whole <= FULL_WIDTH * 1.1 else SIZES[1:]
    size = next((size for size in readable if needed <= letters[size]), SIZES[-1])
    return Shape(FULL_WIDTH, GAP, size, tuple(round(each, 2) for each in _share(widths, letters[size])))


def _width_of(table: Table, index: int) -> Width:
    column = table.columns[index]
    cells = [row[index].shown for row in table.rows] or [""]
    word = max((len(part) for text in (column.heading, *cells[:200]) for part in text.split()), default=1)
    longest = max(len(text) for text in cells)
    average = sum(len(text) for text in cells) / len(cells)
    heading = min(max((len(part) for part in column.heading.split()), default=1) * 1.25, 16.0)
    if column.is_number:
        needed = float(max(longest, min(word, 14), heading * 0.7, 4))
        return Width(True, needed, needed, needed)
    wanted = float(min(max(average * 1.15, min(word, 16), heading, min(longest, 22)), 80))
    # Short columns keep what they need; long ones are broken between words.
    least = wanted if wanted <= SHORT_COLUMN else float(max(min(word, 16), LEAST_TEXT))
    return Width(False, wanted, least, average)


def _share(widths: list[Width], letters: float) -> list[float]:
    """The letters of each column: the least, and of the spare, or of what is short, the part of what it misses."""
    spare = letters - sum(each.least for each in widths)
    missing = sum(each.missing for each in widths) or 1.0
    return [max(each.least + spare * each.missing / missing, 1.0) for each in widths]
