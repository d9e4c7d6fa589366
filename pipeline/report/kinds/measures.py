"""Exhibits that set several measures side by side."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.anatomy import (
    Exhibit,
    chart_bounds,
    chart_numbers,
    make_chart,
    period_of,
    span_of,
    spoken,
    to_frame,
)
from pipeline.report.comparisons import year_before_of
from pipeline.report.numbers import (
    SPLIT_LABELS,
)
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
    in_first_period_type,
    in_period,
    latest_period,
    select,
    year_earlier,
)
from pipeline.report.sentences import Run, Sentence, compare, figure, rule_changes, say, stood_at
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    BOUND_COLUMNS,
    Column,
    Table,
    count,
    published_cell,
    sentence_case,
    words,
)


def build_measures(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The latest figure of several indicators for the area; the year before stands in the table."""
    rows: list[tuple[str, Reading, Reading | None]] = []
    units: dict[str, int] = {}
    for name in indicators:
        indicator = context.published.indicators[name]
        cells = in_first_period_type(select(context, name, splits=spec.splits), spec.periods)
        period = latest_period(cells)
        if period is None:
            continue
        for reading in in_period(cells, period):
            label = indicator.title
            if len(spec.splits) > 1:
                label = f"{label}: {SPLIT_LABELS[reading.split].lower()}"
            rows.append((label, reading, year_earlier(cells, reading)))
            units[indicator.unit] = units.get(indicator.unit, 0) + 1
    if not rows:
        return None
    # One scale a chart: the unit most of them share. The table has them all.
    unit = max(units, key=lambda name: units[name])
    same = [row for row in rows if context.published.indicators[row[1].indicator_id].unit == unit]
    same = sorted(same, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))
    rest = [row for row in rows if row not in same]
    indicator = context.published.indicators[same[0][1].indicator_id]
    shown = [reading for _, reading, _ in [*same, *rest]]
    high = same[0][1]
    name = spec.name or "These measures"
    is_split = len(spec.splits) > 1
    if is_split:
        # Splits of one measure stand together, in the order in which they are named.
        same.sort(key=lambda row: (indicators.index(row[1].indicator_id), spec.splits.index(row[1].split)))
        title = _split_title(context, same)
    elif len(same) > 1 and same[-1][1].is_reported and high.is_reported:
        last = same[-1]
        title = say(
            f"{name} ranged from ",
            figure(last[1], context.published.indicators[last[1].indicator_id], False),
            f" for {spoken(last[0], '')} to ",
            figure(high, indicator),
            f" for {spoken(same[0][0], '')} in ",
            period_of(high),
        )
    else:
        title = say(same[0][0], stood_at(high, indicator), f" in {period_of(high)}")
    measure = "Per cent" if unit == "%" else sentence_case(unit)
    subtitle = f"{measure} · {context.place_name} · {span_of([reading for _, reading, _ in same])}"
    frame = to_frame(
        [
            {
                "label": label,
                "role": reading.split if is_split else "focus",
                **chart_numbers(reading),
                **chart_bounds(reading),
            }
            for label, reading, _ in same
        ]
    )
    kind = "bars" if is_split else "ranked_dots"
    chart = make_chart(
        spec, context, kind, frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    table = _measures_table(context, [*same, *rest])
    notes = []
    if rest:
        notes.append(
            f"Measured in another unit, so in the table: {', '.join(label for label, _, _ in rest)}."
        )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes), readings=tuple(shown)
    )


def _split_title(context: Context, rows: Sequence[tuple[str, Reading, Reading | None]]) -> Sentence:
    """The first measure for its splits, and which of two is clearly higher."""
    first = [reading for _, reading, _ in rows if reading.indicator_id == rows[0][1].indicator_id]
    indicator = context.published.indicators[first[0].indicator_id]
    parts: list[str | Run | Sentence] = [indicator.title, ": "]
    for position, reading in enumerate(first):
        parts += [", " if position else "", figure(reading, indicator), f" {SPLIT_WORDS[reading.split]}"]
    # Intervals that meet do not make two figures similar.
    if len(first) == 2 and (word := compare(first[0], first[1])) in ("higher than", "lower than"):
        parts = [
            indicator.title,
            " stood at ",
            figure(first[0], indicator),
            f" {SPLIT_WORDS[first[0].split]}, {word} ",
            figure(first[1], indicator),
            f" {SPLIT_WORDS[first[1].split]}",
        ]
    return say(*parts, f" in {period_of(first[0])}")


SPLIT_WORDS = {
    "all": "overall",
    "domestic": "for domestic offences",
    "non_domestic": "for other offences",
    "not_known": "where the flag is not known",
}


def _measures_table(context: Context, rows: Sequence[tuple[str, Reading, Reading | None]]) -> Table:
    bounds = ("lowest", "highest") if any(reading.has_bounds for _, reading, _ in rows) else ()
    body = []
    for label, reading, before in rows:
        indicator = context.published.indicators[reading.indicator_id]
        earlier = published_cell(before, "value", indicator) if before is not None else count(None)
        body.append(
            (
                words(label),
                words(indicator.unit if indicator.unit != "%" else "per cent"),
                words(period_of(reading)),
                *(
                    published_cell(reading, name, indicator)
                    for name in ("numerator", "value", "lower95", "upper95")
                ),
                *(
                    published_cell(reading, name, indicator) if reading.has_bounds else count(None)
                    for name in bounds
                ),
                earlier,
                words(_change_words(context, indicator, reading, before)),
            )
        )
    columns = (
        Column("Measure"),
        Column("Unit"),
        Column("Period"),
        Column("Count", True),
        Column("Value", True),
        Column("95% interval from", True),
        Column("to", True),
        *(BOUND_COLUMNS if bounds else ()),
        Column("Year before", True),
        Column("Compared with the year before"),
    )
    return Table(columns, tuple(body))


def _change_words(context: Context, indicator: Indicator, reading: Reading, before: Reading | None) -> str:
    if before is None or not before.is_reported or not reading.is_reported:
        return "no comparison"
    if rule_changes(context.breaks_of(indicator.indicator_id, [reading.split]), before, reading):
        return "recording changed"
    change = year_before_of(context, reading)
    return (change.word if change else "").removesuffix(" than").removesuffix(" to") or "no comparison"
