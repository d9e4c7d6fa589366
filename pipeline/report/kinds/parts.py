"""Exhibits of the parts of a whole: by sex, age, offence, reason or factor."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    descending,
    describe,
    first_number,
    make_chart,
    name_of_measure,
    period_of,
    spoken,
    to_frame,
)
from pipeline.report.numbers import (
    SPLIT_LABELS,
    format_value,
)
from pipeline.report.published import Indicator, Reading, records
from pipeline.report.selection import (
    Context,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import (
    range_finding,
)
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    Cell,
    Column,
    count,
    readings_table,
    sentence_case,
    words,
)


def build_parts(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The values of a breakdown or of two splits in the latest period: bars, or dots beside a benchmark."""
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = select(context, name, breakdown=spec.breakdown, splits=spec.splits)
        cells = in_first_period_type(cells, spec.periods)
        period = latest_period(cells)
        if period is not None:
            break
    else:
        return None
    cells = in_period(cells, period)
    if spec.values:
        cells = [reading for reading in cells if reading.breakdown_value in spec.values] or cells
    benchmarks = benchmarks_of(context, indicator.indicator_id, spec.breakdown, period[1])
    is_ordered = spec.breakdown == "age_band"

    def label_of(reading: Reading) -> str:
        if spec.breakdown == "none":
            return SPLIT_LABELS[reading.split]
        return SEXES.get(reading.breakdown_value, reading.breakdown_value)

    rows = [(label_of(reading), reading) for reading in cells]
    rows = sorted(rows, key=lambda row: first_number(row[0])) if is_ordered else descending(rows)
    things = {"sex": "women and men", "age_band": "age groups", "none": "groups"}.get(
        spec.breakdown, "groups"
    )
    place = {"age_band": "at ages", "sex": "among"}.get(spec.breakdown, "for")
    named = [(spoken(label, spec.breakdown), reading) for label, reading in rows]
    title = range_finding(
        indicator,
        name_of_measure(spec, indicator),
        [row for row in named if row[1].split == spec.splits[0] or spec.breakdown == "none"],
        things,
        place,
    )
    subtitle = describe(indicator, context.place_name, period_of(cells[0]))
    extra: list[tuple[Column, list[Cell]]] = []
    notes: list[str] = []
    if benchmarks:
        frame = to_frame(
            [
                {
                    "label": label,
                    "benchmark": (benchmarks.get(reading.breakdown_value) or {}).get("value"),
                    "benchmark_label": benchmark_label(benchmarks.get(reading.breakdown_value)),
                    **chart_numbers(reading),
                }
                for label, reading in rows
            ]
        )
        kind = "share_dots"
        extra = [
            (
                Column("Benchmark (%)" if indicator.unit == "%" else "Benchmark", True),
                [_benchmark_cell(benchmarks.get(reading.breakdown_value), indicator) for _, reading in rows],
            ),
            (
                Column("Benchmark of"),
                [words(benchmark_label(benchmarks.get(r.breakdown_value)) or "none") for _, r in rows],
            ),
        ]
    else:
        kind = "bars"
        has_groups = len(spec.splits) > 1 and spec.breakdown != "none"
        frame = to_frame(
            [
                {
                    "label": label,
                    "role": _bar_role(reading, indicator),
                    **({"group": SPLIT_LABELS[reading.split]} if has_groups else {}),
                    **chart_numbers(reading),
                }
                for label, reading in rows
            ]
        )
        if has_groups:
            extra = [(Column("Split"), [words(SPLIT_LABELS[reading.split]) for _, reading in rows])]
    chart = make_chart(
        spec, context, kind, frame, title=title, subtitle=subtitle, indicator=indicator, shown=cells
    )
    heading = sentence_case(spec.breakdown.replace("_", " ")) if spec.breakdown != "none" else "Group"
    table = readings_table(heading, rows, indicator, extra=extra)
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes), readings=tuple(cells)
    )


SEXES = {"F": "Women and girls", "M": "Men and boys", "U": "Sex not recorded"}


def _bar_role(reading: Reading, indicator: Indicator) -> str:
    if reading.split in ("domestic", "non_domestic", "not_known"):
        return reading.split
    return "domestic" if indicator.indicator_id.startswith("domestic_") and indicator.unit == "%" else "total"


def benchmarks_of(
    context: Context, indicator_id: str, breakdown: str, day: date
) -> dict[str, dict[str, Any]]:
    """The benchmark of each breakdown value whose period is nearest to a date."""
    best: dict[str, dict[str, Any]] = {}
    rows = [
        row
        for row in records(context.published.tables["benchmarks"])
        if row["indicator_id"] == indicator_id
        and (row["breakdown"] or "none") == breakdown
        and row["value"] is not None
    ]
    for row in sorted(
        rows, key=lambda row: (abs(_year_in(row["period_label"]) - day.year), str(row["period_label"]))
    ):
        best.setdefault(str(row["breakdown_value"] or ""), row)
    return best


def _year_in(text: object) -> int:
    years = re.findall(r"(?:19|20)\d\d", str(text))
    return int(years[-1]) if years else 0


def benchmark_label(row: dict[str, Any] | None) -> str:
    return f"{row['geography']}, {row['period_label']}" if row else ""


def _benchmark_cell(row: dict[str, Any] | None, indicator: Indicator) -> Cell:
    if row is None:
        return count(None)
    return Cell(
        format_value(row["value"], indicator.decimals, indicator.unit),
        float(row["value"]),
        indicator.decimals,
    )
