"""A share under each definition: dots with their intervals, and what records that do not say leave open."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    chart_bounds,
    chart_numbers,
    descending,
    describe,
    make_chart,
    period_of,
    to_frame,
)
from pipeline.report.lenses import lens_cells, lens_titles, own_lens
from pipeline.report.selection import Context
from pipeline.report.sentences import bounds, figure, interval, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import readings_table


def build_lens_share(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """One dot a definition, the area's own in solid colour; None where no share is told."""
    indicator = context.published.indicators[indicators[0]]
    titles, cells = lens_titles(context), lens_cells(context, indicators[0])
    rows = descending([(titles[lens], reading) for lens, reading in cells.items() if lens in titles])
    told = [reading for _, reading in rows if reading.is_reported]
    if not told:
        return None
    own = cells.get(own_lens(context))
    if own is not None and own.is_reported:
        title = say(
            f"{spec.name} is ", figure(own, indicator), interval(own, indicator), " under our own definition"
        )
        title = say(title, ": ", bounds(own, indicator)) if own.has_bounds else title
    else:
        title = say(f"{spec.name} is ", figure(told[0], indicator), f" under {titles[told[0].lens_id]}")
    subtitle = describe(indicator, context.place_name, period_of(told[0]))
    frame = to_frame(
        [
            {
                "label": label,
                "role": "focus" if reading is own else "other",
                **chart_bounds(reading),
                **chart_numbers(reading),
            }
            for label, reading in rows
        ]
    )
    shown = [reading for _, reading in rows]
    chart = make_chart(
        spec, context, "ranked_dots", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    bold = [number for number, reading in enumerate(shown) if reading is own]
    table = readings_table("Definition", rows, indicator, bold)
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(shown))
