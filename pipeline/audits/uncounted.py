"""Rows and columns of numbers that count nothing, and what stands under a table as a note."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.audits.figures import Figure
from pipeline.names import name_all, name_some

# Though some of their numbers may be whole.
NO_COUNTS = re.compile(
    r"%|\b(per ?cent(age)?|pct|proportion|share|rates?|per 1|ratio|mean|median|average|rank|change|difference|"
    r"lower|upper|limit|index|score)\b",
    re.IGNORECASE,
)
# Places are called Lower or Upper, too.
NO_COUNT_ROWS = re.compile(
    r"%|\b(per ?cent(age)?s?|pct|proportion|rates?|per 1|ratio|mean|median|average|percentage point|"
    r"change (on|from|since|over)|difference)\b|^\W*(change|rank|share)\b",
    re.IGNORECASE,
)

Cells = dict[tuple[int, int], Figure]


@dataclass(frozen=True)
class LeftOut:
    """What rows and columns without counts are called, and how many cells without a number stand in them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    hidden: int

    @property
    def names(self) -> list[str]:
        """All of them."""
        return [*self.rows, *self.columns]

    def __str__(self) -> str:
        told = [
            f"{kind}{'s' if len(names) > 1 else ''} {name_all(names) if len(names) <= 3 else name_some(names)}"
            for kind, names in (("row", self.rows), ("column", self.columns))
            if names
        ]
        return " and ".join(told)


def leave_out(
    cells: Cells, row_names: dict[int, str], column_names: dict[int, str]
) -> tuple[list[int], list[int], LeftOut]:
    """The rows and the columns that count, and what is left out.

    A column is left out if it is called no count or most of its numbers are none; a row if it is called so, or one
    of its numbers in the other columns is none.
    """
    rows = [row for row, name in row_names.items() if not NO_COUNT_ROWS.search(name)]
    columns = [
        column
        for column, name in column_names.items()
        if not NO_COUNTS.search(name) and not _is_mostly_no_count([cells[row, column] for row in rows])
    ]
    rows = [row for row in rows if all(cells[row, column].is_count for column in columns)]
    gone = [place for place in cells if place[0] not in rows or place[1] not in columns]
    hidden = [place for place in gone if not cells[place].is_shown and not cells[place].is_unknown]
    return (
        rows,
        columns,
        LeftOut(
            _name({row: name for row, name in row_names.items() if row not in rows}, "row"),
            _name({column: name for column, name in column_names.items() if column not in columns}, "column"),
            len(hidden),
        ),
    )


def is_note(figures: list[Figure | None], is_below: bool) -> bool:
    """Whether words stand among few numbers of a row, or a number alone `is_below` all others; and no marker."""
    words = sum(figure is None for figure in figures)
    blanks = sum(figure is not None and figure.is_unknown for figure in figures)
    numbers = sum(figure is not None and figure.is_shown for figure in figures)
    if words + blanks + numbers < len(figures):
        return False
    return (words > 0 and numbers <= len(figures) / 2) or (is_below and numbers == 1 and blanks > 1)


def _is_mostly_no_count(figures: list[Figure]) -> bool:
    shown = [figure for figure in figures if figure.is_shown]
    return sum(not figure.is_count for figure in shown) > len(shown) / 2


def _name(names: dict[int, str], kind: str) -> tuple[str, ...]:
    return tuple(name or f"a {kind} without a name" for name in names.values())
