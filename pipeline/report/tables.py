"""A table of published cells, written once and shown by the page, the PDF, the workbook and the CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.numbers import (
    NOT_APPLICABLE,
    REPORTED,
    SUPPRESSED,
    SYMBOLS,
    format_number,
    format_value,
    period_label,
)
from pipeline.report.published import Indicator, Reading

AT_LEAST = "≥"


@dataclass(frozen=True)
class Column:
    """A column's heading, and whether it holds numbers."""

    heading: str
    is_number: bool = False


# What records that do not say leave of a figure.
BOUND_COLUMNS = (Column("At least", True), Column("At most", True))


@dataclass(frozen=True)
class Cell:
    """What is printed, the number behind it, and the published cell and column that it comes from.

    `sign` stands before the number: AT_LEAST of a total without some kinds of offence, or what a note under the table
    says.
    """

    text: str
    number: float | None = None
    decimals: int = 0
    cell_id: str = ""
    field: str = ""
    status: str = REPORTED
    sign: str = ""

    @property
    def shown(self) -> str:
        """The text with its sign."""
        return f"{self.sign} {self.text}" if self.sign else self.text


@dataclass(frozen=True)
class Table:
    """Columns, rows, and the rows in bold: those that the reader came for."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bold_rows: frozenset[int] = frozenset()

    @property
    def statuses(self) -> frozenset[str]:
        return frozenset(cell.status for row in self.rows for cell in row)


def words(text: object) -> Cell:
    """A cell of plain text."""
    return Cell(str(text) if text is not None else "")


def count(number: float | None, decimals: int = 0) -> Cell:
    """A number that is not a published indicator value, such as a count of rows; [z] where there is none."""
    if number is None:
        return Cell(SYMBOLS[NOT_APPLICABLE], status=NOT_APPLICABLE)
    return Cell(format_number(number, decimals), float(number), decimals)


def published_cell(reading: Reading, field: str, indicator: Indicator, has_unit: bool = True) -> Cell:
    """One number of a published cell, or the sign of why it is not shown; without its unit where the heading has it."""
    is_count = field in ("numerator", "denominator")
    decimals = 0 if is_count else indicator.decimals
    if not reading.is_reported:
        return Cell(
            SYMBOLS[reading.value_status], None, decimals, reading.cell_id, field, reading.value_status
        )
    number: float | None = getattr(reading, field)
    if number is None:
        # A bound of a figure that is told is missing where few records do not say.
        status = SUPPRESSED if field in ("lowest", "highest") else NOT_APPLICABLE
        return Cell(SYMBOLS[status], None, decimals, reading.cell_id, field, status)
    is_bare = is_count or not has_unit
    text = format_number(number, decimals) if is_bare else format_value(number, decimals, indicator.unit)
    sign = AT_LEAST if field == "value" and reading.left_out else ""
    return Cell(text, number, decimals, reading.cell_id, field, sign=sign)


def value_columns(
    indicator: Indicator, sample: Sequence[Reading], value_heading: str = ""
) -> list[tuple[Column, str]]:
    """The numeric columns that the readings fill, with their units, and the field behind each."""
    columns = []
    if any(reading.numerator is not None for reading in sample) and indicator.kind != "count":
        columns.append((Column(sentence_case(indicator.numerator_label) or "Count", True), "numerator"))
    if any(reading.denominator is not None for reading in sample):
        label = f"Of: {indicator.denominator_label}" if indicator.unit == "%" else indicator.denominator_label
        columns.append((Column(sentence_case(label) or "Population", True), "denominator"))
    columns.append((Column(value_heading or value_heading_of(indicator), True), "value"))
    if any(reading.lower95 is not None for reading in sample):
        columns += [(Column("95% interval from", True), "lower95"), (Column("to", True), "upper95")]
    if any(reading.has_bounds for reading in sample):
        columns += zip(BOUND_COLUMNS, ("lowest", "highest"), strict=True)
    return columns


def value_heading_of(indicator: Indicator) -> str:
    """The unit as a column's heading."""
    if indicator.unit == "%":
        return "Share (%)"
    return sentence_case(indicator.unit) if indicator.kind == "count" else f"Rate {indicator.unit}"


def sentence_case(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def readings_table(
    label_heading: str,
    rows: Sequence[tuple[str, Reading]],
    indicator: Indicator,
    bold: Sequence[int] = (),
    extra: Sequence[tuple[Column, Sequence[Cell]]] = (),
) -> Table:
    """One labelled reading a row, with count, denominator, value and interval, then any extra columns."""
    columns = value_columns(indicator, [reading for _, reading in rows])
    body = tuple(
        (
            words(label),
            *(published_cell(reading, field, indicator) for _, field in columns),
            *(cells[number] for _, cells in extra),
        )
        for number, (label, reading) in enumerate(rows)
    )
    headings = (Column(label_heading), *(column for column, _ in columns), *(column for column, _ in extra))
    return Table(headings, body, frozenset(bold))


def series_table(
    periods: Sequence[Reading],
    series: Sequence[tuple[str, dict[object, Reading], str, Indicator]],
    has_interval: bool,
) -> Table:
    """One period a row and one series a column: label, readings by period start, field, indicator."""
    columns = [Column("Period")]
    for label, _, field, _ in series:
        columns.append(Column(label, True))
        if has_interval and field == "value":
            columns += [Column(f"{label}: 95% interval from", True), Column(f"{label}: to", True)]
    rows = []
    for period in periods:
        row = [words(period_label(period.period_type, period.period_start, period.period_end))]
        for _, by_start, field, indicator in series:
            reading = by_start.get(period.period_start)
            fields = ["value", "lower95", "upper95"] if has_interval and field == "value" else [field]
            row += [
                published_cell(reading, name, indicator)
                if reading is not None
                else Cell(SYMBOLS[NOT_APPLICABLE], status=NOT_APPLICABLE)
                for name in fields
            ]
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows))
