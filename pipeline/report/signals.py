"""What moved this month: the latest month of each series beside its control limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.periods import period_label
from pipeline.report.blocks import Block, TableBlock
from pipeline.report.control_words import describe_month
from pipeline.report.numbers import SPLIT_LABELS
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.tables import Column, Table, count, words

COLUMNS = (
    Column("Series"), Column("Month"), Column("Figure", True), Column("Expected", True),
    Column("Limits from", True), Column("to", True), Column("Unit"), Column("What it shows"),
)  # fmt: skip
LIMITS = (3, 4, 5)


def signals(context: Context) -> Sequence[Block]:
    """Two tables, the series that moved and those that did not; nothing where no month is published."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(context.published.tables["signals"]):
        if row["area_code"] == context.focus and row["value"] is not None:
            key = str(row["indicator_id"]), str(row["split"])
            if key not in last or row["period_start"] > last[key]["period_start"]:
                last[key] = row
    moved = [row for row in last.values() if row["is_judged"] and row["signal"]]
    steady = [row for row in last.values() if row["is_judged"] and not row["signal"]]
    unknown = [row for row in last.values() if not row["is_judged"]]
    made = []
    for name, title, rows in (
        ("moved", "What moved", moved),
        ("steady", "What did not move", steady),
        ("not-judged", "What cannot be judged yet", unknown),
    ):
        if rows:
            # What is not judged has no limits.
            kept = [index for index in range(len(COLUMNS)) if rows is not unknown or index not in LIMITS]
            lines = (_row(context, row) for row in rows)
            table = Table(
                tuple(COLUMNS[index] for index in kept),
                tuple(tuple(line[index] for index in kept) for line in lines),
            )
            made.append(TableBlock(name, title, table))
    return made


def _row(context: Context, row: dict[str, Any]) -> tuple[Any, ...]:
    indicator = context.published.indicators[str(row["indicator_id"])]
    split = "" if row["split"] == "all" else f", {SPLIT_LABELS[str(row['split'])].lower()}"
    numbers = (row["value"], row["centre"], row["lower_limit"], row["upper_limit"])
    return (
        words(f"{indicator.title}{split}"),
        words(period_label("month", row["period_start"], row["period_start"])),
        *(count(number, indicator.decimals + 1) for number in numbers),
        words(indicator.unit),
        words(describe_month(row)),
    )
