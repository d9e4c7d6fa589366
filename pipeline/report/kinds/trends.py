"""Exhibits over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipeline.names import name_all
from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    describe,
    make_chart,
    name_of_measure,
    period_of,
    span_of,
    to_frame,
)
from pipeline.report.charts.spec import Break
from pipeline.report.comparisons import year_before_of
from pipeline.report.numbers import (
    NOT_AVAILABLE,
    SPLIT_LABELS,
)
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
    any_reported,
    in_first_period_type,
    in_period,
    latest_period,
    select,
    year_earlier,
)
from pipeline.report.sentences import (
    Sentence,
    number,
    say,
    trend_finding,
)
from pipeline.report.specs import SHORT, YEARS, ExhibitSpec
from pipeline.report.tables import (
    sentence_case,
    series_table,
)


@dataclass(frozen=True)
class Series:
    """A line: what it is called, what it stands for, and its cells by date."""

    label: str
    role: str
    cells: tuple[Reading, ...]


def build_trend(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A line for each split, or for the area beside its comparators, with breaks, shading and gaps."""
    found = _find_cells(spec, context, indicators)
    if found is None:
        return None
    indicator, cells = found
    series, notes = _make_series(spec, context, cells)
    lead = series[0].cells
    shown = [reading for one in series for reading in one.cells]
    latest = max((reading for reading in lead if reading.is_reported), key=lambda reading: reading.period_end)
    title = _trend_title(spec, context, indicator, lead, latest)
    step = {"month": "by month, ", "quarter": "by quarter, "}.get(latest.period_type, "")
    place = context.name_of(lead[0].area_code)
    subtitle = describe(indicator, place, step + span_of(shown), spec.field == "numerator")
    periods = sorted(
        {reading.period_start: reading for reading in shown}.values(), key=lambda r: r.period_start
    )
    table = series_table(
        periods,
        [
            (one.label, {reading.period_start: reading for reading in one.cells}, spec.field, indicator)
            for one in series
        ],
        any(reading.lower95 is not None for reading in shown),
    )
    breaks, earlier = breaks_between(
        context.breaks_of(indicator.indicator_id, {reading.split for reading in shown}),
        periods[0].period_start,
        periods[-1].period_end,
    )
    notes += [f"In force before the chart begins: {label}." for label in earlier]
    notes += _missing_notes(lead)
    is_line = len({reading.period_start for reading in shown if reading.is_reported}) > 1
    chart = make_chart(
        spec,
        context,
        "trend" if is_line else "ranked_dots",
        _line_frame(spec, series) if is_line else _dot_frame(series, latest),
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=shown,
        **({"breaks": breaks} if is_line else {}),
    )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes), readings=tuple(shown)
    )


def _find_cells(
    spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]
) -> tuple[Indicator, list[Reading]] | None:
    """The cells of the first indicator, and of its first kind of period, that has a figure for the area."""
    for name in indicators:
        cells = [
            reading
            for place in spec.places
            for reading in select(context, name, place=place, splits=spec.splits, breakdown=spec.breakdown)
        ]
        main = [reading for reading in cells if reading.area_code == context.focus] or cells
        main = in_first_period_type(main, spec.periods)
        if any_reported(main):
            kept = [reading for reading in cells if reading.period_type == main[0].period_type]
            return context.published.indicators[name], kept
    return None


def _make_series(
    spec: ExhibitSpec, context: Context, cells: Sequence[Reading]
) -> tuple[list[Series], list[str]]:
    """The lines in the order in which they are named, and why any of them is not shown."""
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in cells:
        groups.setdefault((reading.area_code, reading.split), []).append(reading)
    series: list[Series] = []
    absent: dict[str, list[str]] = {}
    for (area, split), rows in groups.items():
        if any_reported(rows):
            by_date = sorted(rows, key=lambda reading: reading.period_start)
            series.append(Series(*_series_label(spec, context, area, split), tuple(by_date)))
        else:
            reason = next((reading.status_reason for reading in rows if reading.status_reason), "")
            label = SPLIT_LABELS[split] if split != "all" else context.name_of(area)
            absent.setdefault(reason or "No figure is published.", []).append(label)
    series.sort(key=lambda one: (ROLES.index(one.role), one.label))
    return series, [f"{_listed(labels)} shown: {reason}" for reason, labels in absent.items()]


ROLES = ("total", "domestic", "non_domestic", "not_known", "other", "comparator")


def _listed(labels: Sequence[str]) -> str:
    return f"{name_all(labels)} {'is' if len(labels) == 1 else 'are'} not"


def _line_frame(spec: ExhibitSpec, series: Sequence[Series]) -> pd.DataFrame:
    return to_frame(
        [
            {
                "period": reading.period_start,
                "period_label": period_of(reading),
                "series": one.label,
                "role": one.role,
                **chart_numbers(reading, spec.field),
            }
            for one in series
            for reading in one.cells
        ]
    )


def _dot_frame(series: Sequence[Series], latest: Reading) -> pd.DataFrame:
    """One period makes no line: its figures stand beside one another."""
    return to_frame(
        [
            {
                "label": one.label,
                "role": "comparator" if one.role == "comparator" else "focus",
                **chart_numbers(reading),
            }
            for one in series
            for reading in one.cells
            if reading.period_start == latest.period_start
        ]
    )


def _missing_notes(rows: Sequence[Reading]) -> list[str]:
    """Which periods have no figure, one sentence a reason."""
    by_reason: dict[str, list[str]] = {}
    for reading in rows:
        if reading.value_status == NOT_AVAILABLE:
            # Publishing may name the month in its reason; the list names it already.
            reason = (reading.status_reason or "it never arrived.").replace(period_of(reading), "the month")
            by_reason.setdefault(reason, []).append(period_of(reading))
    return [
        f"No figure for {', '.join(names[:4])}{' and more' if len(names) > 4 else ''}: {reason}"
        for reason, names in by_reason.items()
    ]


def breaks_between(
    rows: Sequence[dict[str, Any]], first: date, last: date
) -> tuple[tuple[Break, ...], list[str]]:
    """What falls between two dates; and the labels of what had begun before, which a chart cannot place."""
    inside = [
        row for row in rows if row["start_date"] <= last and (row["end_date"] or row["start_date"]) > first
    ]
    earlier = [str(row["label"]) for row in inside if row["start_date"] < first]
    inside = [row for row in inside if row["start_date"] >= first]
    # "First lockdown", "Second lockdown": one note for all of a kind.
    kinds = [str(row["label"]).split()[-1] for row in inside if row["kind"] == "shading"]
    made = []
    for row in inside:
        label = str(row["label"])
        kind = label.rsplit(maxsplit=1)[-1]
        if row["kind"] == "shading" and kinds.count(kind) > 1:
            label = f"{sentence_case(kind)}s"
        made.append(Break(row["start_date"], row["end_date"], label))
    return tuple(made), earlier


def _series_label(spec: ExhibitSpec, context: Context, area: str, split: str) -> tuple[str, str]:
    if len(spec.splits) > 1:
        return SPLIT_LABELS[split], "total" if split == "all" else split
    name = context.name_of(area)
    if area == context.focus:
        return name, split if split in ("domestic", "non_domestic") else "total"
    return name, "other" if area in context.settings.assessment.area.districts else "comparator"


def _trend_title(
    spec: ExhibitSpec,
    context: Context,
    indicator: Indicator,
    lead: Sequence[Reading],
    latest: Reading,
) -> Sentence:
    name = name_of_measure(spec, indicator)
    years = select(context, latest.indicator_id, splits=("all", "domestic"), period_types=YEARS)
    newest = latest_period([reading for reading in years if reading.split == "all"])
    by_split = {reading.split: reading for reading in in_period(years, newest)} if newest else {}
    if spec.field == "numerator" and {"domestic", "all"} <= set(spec.splits) and "domestic" in by_split:
        total, domestic = by_split["all"], by_split["domestic"]
        if domestic.is_reported and domestic.numerator is not None and total.numerator is not None:
            return say(
                number(domestic, "numerator", indicator),
                " of ",
                number(total, "numerator", indicator),
                f" {indicator.numerator_label or 'offences'} in {period_of(total)} were recorded as domestic",
            )
    whole_year = by_split.get("all")
    if latest.period_type in SHORT and latest.area_code == context.focus and whole_year is not None:
        # A year says more than its last month; the months are in the chart.
        latest, lead = whole_year, years
    elif spec.field == "numerator":
        period = period_of(latest)
        return say(
            name, ": ", number(latest, "numerator", indicator), f" {indicator.numerator_label} in {period}"
        )
    before, change = year_earlier(lead, latest), year_before_of(context, latest)
    breaks = context.breaks_of(indicator.indicator_id, [latest.split])
    return trend_finding(indicator, name, latest, before, change, breaks)
