"""The data dictionary: what each indicator's name in the files stands for."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.blocks import TableBlock
from pipeline.report.published import Indicator
from pipeline.report.selection import Context, has_rows
from pipeline.report.tables import Cell, Column, Table, words

BETTER = {"lower_is_better": "lower", "higher_is_better": "higher"}
NOTE = "The name is that of the column indicator_id in every file under data/."


def dictionary(context: Context) -> Sequence[TableBlock]:
    """One row an indicator that the area answers for, by its name in the files; nothing without any."""
    shown = sorted(
        (one for one in context.published.indicators.values() if has_rows(context, one.indicator_id)),
        key=lambda one: one.indicator_id,
    )
    if not shown:
        return []
    columns = (
        Column("Name in the files"), Column("Indicator"), Column("What it means"), Column("Counted, and over what"),
        Column("Better when"), Column("Decimals", True), Column("Caution"),
    )  # fmt: skip
    table = Table(columns, tuple(_row(one) for one in shown))
    return [TableBlock("data-dictionary", "Data dictionary", table, NOTE)]


def _row(indicator: Indicator) -> tuple[Cell, ...]:
    below = f" / {indicator.denominator_label}" if indicator.denominator_label else ""
    proxy = "A proxy. " if indicator.is_proxy else ""
    return (
        words(indicator.indicator_id),
        words(indicator.title),
        words(indicator.meaning or "not stated"),
        words(f"{indicator.numerator_label}{below}; {indicator.unit}"),
        words(BETTER.get(indicator.direction, "neither")),
        words(indicator.decimals),
        words(f"{proxy}{indicator.caveat}".strip() or "none"),
    )
