"""What the area's own definition leaves out of another one: by offence, sex, age and place."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    descending,
    first_number,
    make_chart,
    period_of,
    spoken,
    to_frame,
)
from pipeline.report.kinds.parts import THINGS, name_part
from pipeline.report.lenses import lens_titles
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import Context, in_first_period_type, in_period, latest_period, select
from pipeline.report.sentences import Sentence, compare, figure, interval, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import Column, count, published_cell, readings_table, sentence_case


def build_left_out(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Bars of what is left out of the definition that `lenses` names; the table has what that counts in all."""
    lens_id = spec.lenses[0]
    cells = in_first_period_type(
        select(context, indicators[0], breakdown=spec.breakdown, lens_id=lens_id), spec.periods
    )
    period = latest_period(cells)
    if period is None:
        return None
    indicator = context.published.indicators[indicators[0]]
    counted = {
        (reading.period_start, reading.period_end, reading.breakdown_value): reading
        for reading in select(context, "lens_offences", breakdown=spec.breakdown, lens_id=lens_id)
    }
    pairs = [
        (reading, counted.get((reading.period_start, reading.period_end, reading.breakdown_value)))
        for reading in in_period(cells, period)
    ]
    # What the other definition does not count either is not left out of it.
    kept = [
        (one, whole) for one, whole in pairs if not (one.value == 0 and (whole is None or whole.value == 0))
    ]
    in_all = {id(one): whole for one, whole in kept}
    rows = [(name_part(one.breakdown_value, spec.breakdown), one) for one, _ in kept]
    is_ordered = spec.breakdown == "age_band"
    rows = sorted(rows, key=lambda row: first_number(row[0])) if is_ordered else descending(rows)
    if not any(reading.is_reported for _, reading in rows):
        return None
    other = lens_titles(context).get(lens_id, lens_id)
    title = _title(spec, indicator, rows, other)
    subtitle = (
        f"Number of {indicator.numerator_label or 'offences'} in {other} and not in our own definition · "
        f"{context.place_name} · {period_of(rows[0][1])}"
    )
    frame = to_frame([{"label": label, "role": "total", **chart_numbers(reading)} for label, reading in rows])
    shown = [reading for _, reading in rows]
    chart = make_chart(
        spec, context, "bars", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    wholes = [in_all[id(reading)] for reading in shown]
    counts = [
        published_cell(whole, "value", indicator) if whole is not None else count(None) for whole in wholes
    ]
    table = readings_table(
        sentence_case(spec.breakdown.replace("_", " ")),
        rows,
        indicator,
        extra=[(Column(f"All in {other}", True), counts)],
    )
    readings = (*shown, *(whole for whole in wholes if whole is not None))
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=readings)


def _title(spec: ExhibitSpec, indicator: Indicator, rows: list[tuple[str, Reading]], other: str) -> Sentence:
    """The largest part, and whether it stands clear of the next."""
    told = sorted((row for row in rows if row[1].is_reported), key=lambda row: (-(row[1].value or 0), row[0]))
    label, most = told[0]
    is_clear = len(told) == 1 or compare(most, told[1][1]) == "higher than"
    many = "The most offences" if is_clear else "Many offences"
    is_some_hidden = len(told) < len(rows)
    return say(
        f"{many} that {other} counts and our definition leaves out",
        ", of those that can be shown," if is_some_hidden else "",
        f" are {_where(label, spec.breakdown)}: ",
        figure(most, indicator, False),
        interval(most, indicator),
    )


def _where(label: str, breakdown: str) -> str:
    if breakdown == "location_type":
        return f"at a place recorded as “{label}”"
    return f"{THINGS.get(breakdown, ('groups', 'for'))[1]} {spoken(label, breakdown)}"
