"""The week by hour, and a hundred squares."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    describe,
    make_chart,
    name_of_measure,
    period_of,
    to_frame,
)
from pipeline.report.published import Reading
from pipeline.report.selection import (
    Context,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import Run, bounds, join, number, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    Column,
    Table,
    count,
    published_cell,
    readings_table,
    words,
)


def build_hours(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Day by hour, darker for more."""
    indicator = context.published.indicators[indicators[0]]
    cells = in_first_period_type(select(context, indicators[0], breakdown="day_and_hour"), spec.periods)
    period = latest_period(cells)
    if period is None:
        return None
    cells = in_period(cells, period)
    peak = max((reading for reading in cells if reading.is_reported), key=lambda reading: reading.value or 0)
    day, hour = _day_and_hour(peak)
    name = name_of_measure(spec, indicator)
    title = say(
        f"{name} peaked on {DAY_NAMES.get(day, day)} between {hour:02d}:00 and {(hour + 1) % 24:02d}:00 (",
        number(peak, "value", indicator),
        f" {indicator.unit} in {period_of(peak)})",
    )
    subtitle = f"{indicator.title}, number an hour of the week · {context.place_name} · {period_of(peak)}"
    frame = to_frame(
        [
            {"day": _day_and_hour(reading)[0], "hour": _day_and_hour(reading)[1], **chart_numbers(reading)}
            for reading in cells
        ]
    )
    by_key = {_day_and_hour(reading): reading for reading in cells}
    days = [name for name in DAY_NAMES if any(key[0] == name for key in by_key)]
    body = tuple(
        (
            words(f"{hour:02d}:00"),
            *(
                published_cell(by_key[(name, hour)], "value", indicator)
                if (name, hour) in by_key
                else count(None)
                for name in days
            ),
        )
        for hour in range(24)
    )
    table = Table((Column("Hour from"), *(Column(DAY_NAMES[name], True) for name in days)), body)
    chart = make_chart(
        spec, context, "heat_map", frame, title=title, subtitle=subtitle, indicator=indicator, shown=cells
    )
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(cells))


DAY_NAMES = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}


def _day_and_hour(reading: Reading) -> tuple[str, int]:
    day, _, hour = reading.breakdown_value.partition(" ")
    return day, int(hour)


def build_squares(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Of every hundred, how many are domestic: a hundred squares."""
    indicator = context.published.indicators[indicators[0]]
    cells = in_first_period_type(select(context, indicators[0]), spec.periods)
    period = latest_period(cells)
    if period is None:
        return None
    reading = in_period(cells, period)[0]
    if reading.value is None:
        return None
    subtitle = describe(indicator, context.place_name, period_of(reading))
    whole = round(reading.value)
    title = say(
        "About ",
        Run(str(whole), cell_id=reading.cell_id, field="whole"),
        f" of every 100 offences of violence with a known flag in {period_of(reading)} were domestic (",
        number(reading, "value", indicator),
        ")",
    )
    frame = to_frame(
        [
            {"label": "Domestic", "role": "domestic", "value": whole, "status": reading.value_status},
            {
                "label": "Not domestic",
                "role": "non_domestic",
                "value": 100 - whole,
                "status": reading.value_status,
            },
        ]
    )
    chart = make_chart(
        spec,
        context,
        "hundred_squares",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=[reading],
    )
    table = readings_table("Area", [(context.place_name, reading)], indicator)
    # A blank flag is none of the hundred.
    open_to = bounds(reading, indicator)
    notes = (join("Of all offences it is ", open_to, "."),) if open_to else ()
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=notes, readings=(reading,))
