"""The same series of every district, side by side on one scale."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    describe,
    make_chart,
    name_of_measure,
    span_of,
    to_frame,
)
from pipeline.report.comparisons import verdicts_of
from pipeline.report.kinds.trends import breaks_between
from pipeline.report.selection import (
    Context,
    any_reported,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import range_finding
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import series_table

# Fewer periods than this are no course over time.
FEWEST = 3


def build_multiples(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A panel a district, the area's own series pale behind it; None without FEWEST periods of two districts."""
    for name in indicators:
        cells = in_first_period_type(
            select(context, name, place="districts", splits=spec.splits), spec.periods
        )
        period = latest_period(cells)
        if period is not None:
            break
    else:
        return None
    indicator = context.published.indicators[name]
    by_district = {
        code: [reading for reading in cells if reading.area_code == code]
        for code in context.settings.assessment.area.districts
    }
    by_district = {code: rows for code, rows in by_district.items() if any_reported(rows)}
    starts = sorted({reading.period_start for reading in cells})
    told = {reading.period_start for reading in cells if reading.is_reported}
    if len(by_district) < 2 or len(told) < FEWEST:
        return None
    area = [
        reading
        for reading in select(
            context, name, place="area", splits=spec.splits, period_types=(cells[0].period_type,)
        )
        if reading.period_start in starts
    ]
    rows = [(context.name_of(reading.area_code), reading) for reading in in_period(cells, period)]
    title = range_finding(
        indicator,
        name_of_measure(spec, indicator),
        rows,
        "districts",
        verdicts=list(verdicts_of(context, rows).values()),
    )
    subtitle = describe(indicator, f"districts of {context.area_name}", span_of(cells))
    series = [(context.name_of(code), "focus", some) for code, some in by_district.items()]
    series.append((context.area_name, "comparator", area))
    frame = to_frame(
        [
            {"period": reading.period_start, "series": label, "role": role, **chart_numbers(reading)}
            for label, role, some in series
            for reading in some
        ]
    )
    shown = [reading for _, _, some in series for reading in some]
    breaks, _ = breaks_between(
        context.breaks_of(name, list(spec.splits)), starts[0], max(reading.period_end for reading in cells)
    )
    chart = make_chart(
        spec, context, "multiples", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown,
        breaks=breaks,
    )  # fmt: skip
    periods = sorted(
        {reading.period_start: reading for reading in cells}.values(), key=lambda r: r.period_start
    )
    table = series_table(
        periods,
        [
            (label, {reading.period_start: reading for reading in some}, "value", indicator)
            for label, _, some in series
        ],
        has_interval=False,
    )
    parted = "; ".join(dict.fromkeys(item.label for item in breaks if item.end is None))
    notes = (f"A line is parted where recording changed: {parted}.",) if parted else ()
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, notes=notes, readings=tuple(shown))
