"""Exhibits over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

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


def build_trend(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A line for each split, or for the area beside its comparators, with breaks, shading and gaps."""
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = [
            reading
            for place in spec.places
            for reading in select(context, name, place=place, splits=spec.splits, breakdown=spec.breakdown)
        ]
        main = [reading for reading in cells if reading.area_code == context.focus] or cells
        main = in_first_period_type(main, spec.periods)
        if any_reported(main):
            break
    else:
        return None
    period_type = main[0].period_type
    cells = [reading for reading in cells if reading.period_type == period_type]
    groups: dict[tuple[str, str, str], list[Reading]] = {}
    for reading in cells:
        groups.setdefault((reading.area_code, reading.split, reading.breakdown_value), []).append(reading)
    notes: list[str] = []
    series: list[tuple[str, str, list[Reading]]] = []
    for (area, split, part), rows in groups.items():
        if not any_reported(rows):
            reason = next((reading.status_reason for reading in rows if reading.status_reason), "")
            label = part or (SPLIT_LABELS[split] if split != "all" else context.name_of(area))
            notes.append(f"{label} is not shown: {reason or 'no figure is published.'}")
            continue
        series.append(
            (*_series_label(spec, context, area, split, part), sorted(rows, key=lambda r: r.period_start))
        )
    if len({reason.split(": ", 1)[1] for reason in notes}) == 1 and len(notes) > 1:
        names = [note.split(" is not shown")[0] for note in notes]
        notes = [f"{', '.join(names[:-1])} and {names[-1]} are not shown: {notes[0].split(': ', 1)[1]}"]
    order = ["total", "domestic", "non_domestic", "not_known", "other", "comparator"]
    series.sort(key=lambda item: (order.index(item[1]), item[0]))

    lead = series[0][2]
    latest = max((reading for reading in lead if reading.is_reported), key=lambda reading: reading.period_end)
    shown = [reading for _, _, rows in series for reading in rows]
    title = _trend_title(spec, context, indicator, series, latest)
    is_count = spec.field == "numerator"
    where = context.place_name if lead[0].area_code == context.focus else context.name_of(lead[0].area_code)
    step = {"month": "by month, ", "quarter": "by quarter, "}.get(period_type, "")
    subtitle = describe(indicator, where, step + span_of(shown), is_count)
    frame = to_frame(
        [
            {
                "period": reading.period_start,
                "period_label": period_of(reading),
                "series": label,
                "role": role,
                **chart_numbers(reading, spec.field),
            }
            for label, role, rows in series
            for reading in rows
        ]
    )
    periods = sorted(
        {(reading.period_start, reading.period_end): reading for reading in shown}.values(),
        key=lambda reading: reading.period_start,
    )
    table = series_table(
        periods,
        [
            (label, {reading.period_start: reading for reading in rows}, spec.field, indicator)
            for label, _, rows in series
        ],
        any(reading.lower95 is not None for reading in shown),
    )

    first, last = periods[0].period_start, periods[-1].period_end
    breaks, earlier = _breaks(context.breaks_of(indicator.series_family), first, last)
    notes += [f"In force before the chart begins: {label}." for label in earlier]
    notes += _missing_notes(lead)
    chart = make_chart(
        spec,
        context,
        "trend",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=shown,
        breaks=breaks,
    )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes), readings=tuple(shown)
    )


def _missing_notes(rows: Sequence[Reading]) -> list[str]:
    """Which periods have no figure, one sentence a reason."""
    by_reason: dict[str, list[str]] = {}
    for reading in rows:
        if reading.value_status == NOT_AVAILABLE:
            by_reason.setdefault(reading.status_reason or "it never arrived.", []).append(period_of(reading))
    return [
        f"No figure for {', '.join(names[:4])}{' and more' if len(names) > 4 else ''}: {reason}"
        for reason, names in by_reason.items()
    ]


def _breaks(rows: Sequence[dict[str, Any]], first: date, last: date) -> tuple[tuple[Break, ...], list[str]]:
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


def _series_label(spec: ExhibitSpec, context: Context, area: str, split: str, part: str) -> tuple[str, str]:
    if part:
        return part, "other"
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
    series: Sequence[tuple[str, str, list[Reading]]],
    latest: Reading,
) -> Sentence:
    name = name_of_measure(spec, indicator)
    breaks = context.breaks_of(indicator.series_family)
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
        return trend_finding(indicator, name, whole_year, year_earlier(years, whole_year), breaks)
    if spec.field == "numerator":
        period = period_of(latest)
        return say(
            name, ": ", number(latest, "numerator", indicator), f" {indicator.numerator_label} in {period}"
        )
    return trend_finding(indicator, name, latest, year_earlier(series[0][2], latest), breaks)
