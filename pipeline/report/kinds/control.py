"""Exhibits of months against their control limits."""

from __future__ import annotations

from typing import Any

from pipeline.periods import period_label
from pipeline.report.anatomy import Exhibit, describe, make_chart, name_of_measure, span_of, to_frame
from pipeline.report.control_words import describe_month
from pipeline.report.kinds.trends import breaks_between
from pipeline.report.numbers import NOT_AVAILABLE, REPORTED
from pipeline.report.published import Reading, records
from pipeline.report.selection import Context, select
from pipeline.report.sentences import Sentence, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import Column, Table, count, published_cell, words

Row = dict[str, Any]


def build_control(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The months of the first indicator that has control limits for the place; None where none is judged."""
    split = spec.splits[0]
    name, rows = next(
        ((name, rows) for name in indicators if (rows := _signals(context, name, split))), ("", [])
    )
    if not rows:
        return None
    indicator = context.published.indicators[name]
    cells = {
        reading.period_start: reading
        for reading in select(context, name, splits=(split,), period_types=("month",))
    }
    shown = [cells[row["period_start"]] for row in rows if row["period_start"] in cells]
    if not shown:
        return None
    title = _title(name_of_measure(spec, indicator), rows)
    subtitle = describe(indicator, context.place_name, f"by month, {span_of(shown)}")
    frame = to_frame(
        [
            {
                "period": row["period_start"],
                "series": context.place_name,
                "value": row["value"],
                "lower": None,
                "upper": None,
                "centre": row["centre"],
                "lower_limit": row["lower_limit"],
                "upper_limit": row["upper_limit"],
                "is_signal": bool(row["is_judged"] and row["signal"]),
                "is_left_out": row["reason"] == "left_out",
                "status": _status(row, cells.get(row["period_start"])),
            }
            for row in rows
        ]
    )
    breaks, earlier = breaks_between(
        context.breaks_of(name, [split]), shown[0].period_start, shown[-1].period_end
    )
    chart = make_chart(
        spec, context, "control", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown,
        breaks=breaks,
    )  # fmt: skip
    columns = (
        Column("Month"), Column("Published figure", True), Column("On the chart", True), Column("Expected", True),
        Column("Limits from", True), Column("to", True), Column("What it shows"),
    )  # fmt: skip
    body = tuple(
        (
            words(period_label("month", row["period_start"], row["period_start"])),
            published_cell(cells[row["period_start"]], "value", indicator)
            if row["period_start"] in cells
            else count(None),
            *(
                count(row[field], indicator.decimals + 1)
                for field in ("value", "centre", "lower_limit", "upper_limit")
            ),
            words(describe_month(row)),
        )
        for row in rows
    )
    notes = tuple(f"In force before the chart begins: {label}." for label in earlier)
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        Table(columns, body),
        chart,
        notes=notes,
        readings=tuple(shown),
    )


def _signals(context: Context, indicator_id: str, split: str) -> list[Row]:
    table = context.published.tables["signals"]
    rows = records(
        table[
            (table["indicator_id"] == indicator_id)
            & (table["area_code"] == context.focus)
            & (table["split"] == split)
        ]
    )
    is_judged = any(row["is_judged"] for row in rows)
    return sorted(rows, key=lambda row: row["period_start"]) if is_judged else []


def _status(row: Row, reading: Reading | None) -> str:
    if row["value"] is not None:
        return REPORTED
    return NOT_AVAILABLE if reading is None or reading.is_reported else reading.value_status


def _title(name: str, rows: list[Row]) -> Sentence:
    """How many of the months that are judged moved, and which was the last."""
    judged = [row for row in rows if row["is_judged"]]
    moved = [row for row in judged if row["signal"]]
    if not moved:
        return say(f"{name} stayed within its limits in each of the {len(judged)} months that can be judged")
    last = moved[-1]
    month = period_label("month", last["period_start"], last["period_start"])
    return say(
        f"{name} moved in {len(moved)} of the {len(judged)} months that can be judged, last in {month}: "
        f"{describe_month(last)}"
    )
