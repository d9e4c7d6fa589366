"""Exhibits of many places: which lie outside what chance allows for their size, and how few hold most."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.report.anatomy import Exhibit, describe, make_chart, name_of_measure, period_of, to_frame
from pipeline.report.numbers import REPORTED, format_number
from pipeline.report.published import Reading, records
from pipeline.report.selection import Context, in_first_period_type, in_period, latest_period, select
from pipeline.report.sentences import say
from pipeline.report.specs import YEARS, ExhibitSpec
from pipeline.report.tables import Column, Table, count, published_cell, words

Row = dict[str, Any]
# Limits widened for what places differ by beyond chance come first, where there are enough places for them.
FUNNELS = ("overdispersed_funnel", "funnel")
LIMITS = ("centre", "lower95", "upper95", "lower998", "upper998")
POSITIONS = {
    "high_998": "above the 99.8% limit",
    "high_95": "above the 95% limit",
    "within": "within the limits",
    "low_95": "below the 95% limit",
    "low_998": "below the 99.8% limit",
}
HUNDRED = 100


def build_funnel(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The places of the latest period for which limits are published; None where there are none."""
    name, cells = _latest(spec, context, indicators)
    found = {kind: _positions(context, name, kind, cells) for kind in FUNNELS} if cells else {}
    kind = next((kind for kind in FUNNELS if found.get(kind)), "")
    if not kind:
        return None
    indicator, rows = context.published.indicators[name], found[kind]
    shown = [reading for reading in cells if reading.area_code in rows]
    things = "neighbourhoods" if spec.places == ("neighbourhoods",) else "districts"
    title = say(f"{name_of_measure(spec, indicator)}: of {len(rows)} {things}, {_where_they_lie(found)}")
    subtitle = describe(indicator, f"{things} of {context.area_name}", period_of(shown[0]))
    frame = to_frame(
        [
            {
                "label": reading.area_code,
                "size": reading.denominator,
                **{field: rows[reading.area_code][field] for field in ("value", *LIMITS, "position")},
                "status": rows[reading.area_code]["value_status"],
            }
            for reading in shown
        ]
    )
    chart = make_chart(
        spec, context, "funnel", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    # Beside widened limits the title says how many lie outside those of chance: the table names them.
    by_chance = [found["funnel"]] if kind != "funnel" and found["funnel"] else []
    columns = (
        Column("Place"), Column("Residents", True), Column("Rate", True), Column("Common rate", True),
        Column("95% limits from", True), Column("to", True), Column("99.8% limits from", True), Column("to", True),
        Column("Where it lies"), *(Column("By limits of chance alone") for _ in by_chance),
    )  # fmt: skip
    ordered = sorted(shown, key=lambda reading: (-(reading.value or 0), reading.area_code))
    body = tuple(
        (
            words(context.name_of(reading.area_code)),
            published_cell(reading, "denominator", indicator),
            published_cell(reading, "value", indicator),
            *(count(rows[reading.area_code][field], indicator.decimals) for field in LIMITS),
            *(words(_where_it_lies(each.get(reading.area_code))) for each in [rows, *by_chance]),
        )
        for reading in ordered
    )
    wide = "Limits are widened by how far these places differ beyond chance. " if kind == FUNNELS[0] else ""
    notes = (f"{wide}A place outside them is one to ask about, not one that did wrong.",)
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


def _where_it_lies(row: Row | None) -> str:
    return POSITIONS.get(str(row["position"]), "not told") if row else "not told"


def _where_they_lie(found: dict[str, dict[str, Row]]) -> str:
    """How many places lie outside the outer limits: of chance, and, where those are told, of how places differ."""
    chance, wide = found["funnel"], found["overdispersed_funnel"]
    by_chance = f"{_lie_outside(chance)} the outer limits of chance for their size" if chance else ""
    if not wide:
        return by_chance
    told = f"{_lie_outside(wide)} what they differ by beyond chance anyway"
    return f"{told}; {by_chance}" if chance else told


def _lie_outside(rows: dict[str, Row]) -> str:
    high, low = (sum(row["position"] == f"{side}_998" for row in rows.values()) for side in ("high", "low"))
    return (
        f"{high} {'lies' if high == 1 else 'lie'} above and {low} below"
        if high or low
        else "none lies outside"
    )


def build_lorenz(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The published concentration of the latest period, with a curve through the counts where all are told."""
    name, cells = _latest(spec, context, indicators)
    half, gini = (_distribution(context, name, statistic, cells) for statistic in ("half_share", "gini"))
    if (
        half is None
        or gini is None
        or not all(reading.is_reported and reading.numerator is not None for reading in cells)
    ):
        return None
    indicator = context.published.indicators[name]
    ordered = sorted(cells, key=lambda reading: (-(reading.numerator or 0), reading.area_code))
    total = sum(reading.numerator or 0 for reading in ordered)
    if total == 0:
        return None
    held, rows = 0.0, []
    for place, reading in enumerate(ordered, start=1):
        held += reading.numerator or 0
        part = HUNDRED * place / len(ordered)
        rows.append(
            {"label": reading.area_code, "part": part, "value": HUNDRED * held / total, "status": REPORTED}
        )
    title = say(
        f"{name_of_measure(spec, indicator)}: half of it is in {format_number(HUNDRED * half['value'], 1)}% of "
        "neighbourhoods",
        f"; chance alone would need {format_number(HUNDRED * half['expected'], 1)}%"
        if half["expected"]
        else "",
    )
    subtitle = f"Number of {indicator.numerator_label} · neighbourhoods of {context.area_name} · {period_of(cells[0])}"
    chart = make_chart(
        spec,
        context,
        "lorenz",
        to_frame(rows),
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=ordered,
    )
    chart = replace(chart, value_label=indicator.numerator_label, decimals=0)
    columns = (Column("Place"), Column("Offences", True), Column("Rate", True))
    body = tuple(
        (
            words(context.name_of(reading.area_code)),
            published_cell(reading, "numerator", indicator),
            published_cell(reading, "value", indicator),
        )
        for reading in ordered
    )
    notes = (
        f"Gini coefficient {format_number(gini['value'], 3)}, where 0 is all places alike and 1 all in one place"
        + (f"; chance alone: {format_number(gini['expected'], 3)}." if gini["expected"] else "."),
    )
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        Table(columns, body),
        chart,
        notes=notes,
        readings=tuple(ordered),
    )


def _latest(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> tuple[str, list[Reading]]:
    for name in indicators:
        cells = in_first_period_type(select(context, name, place=spec.places[0]), YEARS)
        period = latest_period(cells)
        if period is not None:
            return name, in_period(cells, period)
    return "", []


def _positions(context: Context, indicator_id: str, kind: str, cells: list[Reading]) -> dict[str, Row]:
    """By area, the reported limits of one kind that go with these cells."""
    one, table = cells[0], context.published.tables["positions"]
    rows = records(
        table[
            (table["indicator_id"] == indicator_id)
            & (table["statistic"] == kind)
            & (table["area_type"] == one.area_type)
            & (table["split"] == one.split)
            & (table["breakdown"] == one.breakdown)
        ]
    )
    return {
        row["area_code"]: row
        for row in rows
        if row["period_end"] == one.period_end
        and row["period_type"] == one.period_type
        and row["value_status"] == REPORTED
    }


def _distribution(context: Context, indicator_id: str, statistic: str, cells: list[Reading]) -> Row | None:
    table = context.published.tables["distributions"]
    rows = records(table[(table["indicator_id"] == indicator_id) & (table["statistic"] == statistic)])
    return next(
        (
            row
            for row in rows
            if cells
            and row["area_type"] == cells[0].area_type
            and row["period_end"] == cells[0].period_end
            and row["period_type"] == cells[0].period_type
            and row["split"] == cells[0].split
            and row["value_status"] == REPORTED
        ),
        None,
    )
