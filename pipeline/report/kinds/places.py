"""Exhibits by place: ranked districts and maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from pipeline.names import name_all
from pipeline.report.anatomy import (
    Exhibit,
    chart_bounds,
    chart_numbers,
    descending,
    describe,
    make_chart,
    name_of_measure,
    period_of,
    to_frame,
    to_geo_frame,
)
from pipeline.report.comparisons import rest_of_area, verdicts_of
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
    any_reported,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import (
    place_finding,
    plain,
    range_finding,
    say,
    too_few,
)
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    readings_table,
)


def _by_place(
    spec: ExhibitSpec, context: Context, indicators: Sequence[str], place: str
) -> tuple[Indicator, list[Reading]] | None:
    for name in indicators:
        cells = in_first_period_type(select(context, name, place=place, splits=spec.splits), spec.periods)
        period = latest_period(cells)
        if period is not None:
            return context.published.indicators[name], in_period(cells, period)
    return None


def build_places(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Districts by value with their intervals, the area as a line, larger places as comparators."""
    found = _by_place(spec, context, indicators, "districts")
    if found is None:
        return None
    indicator, cells = found
    one = next(reading for reading in cells if reading.is_reported)

    def beside(place: str) -> list[Reading]:
        return [
            reading
            for reading in select(
                context,
                indicator.indicator_id,
                place=place,
                splits=spec.splits,
                period_types=(one.period_type,),
            )
            if reading.period_start == one.period_start and reading.is_reported
        ]

    rows = descending([(context.name_of(reading.area_code), reading) for reading in cells])
    whole = beside("area")
    others = [
        (context.name_of(reading.area_code), reading)
        for reading in beside("comparators")
        if reading not in whole
    ]
    extra = [(context.area_name, reading) for reading in whole]
    verdicts = verdicts_of(context, rows)
    title = range_finding(
        indicator, name_of_measure(spec, indicator), rows, "districts", verdicts=list(verdicts.values())
    )
    own = next((reading for reading in cells if reading.area_code == context.district), None)
    if own is not None:
        title = place_finding(
            indicator, name_of_measure(spec, indicator), context.place_name, own, rest_of_area(context, own)
        )
    elif whole:
        higher = [label for label, word in verdicts.items() if word == "higher than"]
        if higher and len(higher) <= 2 and "ranged" in plain(title):
            title = say(title, f"; {name_all(higher)} stood above the rest of {context.area_name}")
            # Rows go from the highest down.
            labels = [label for label, _ in rows]
            above = labels[: labels.index(higher[-1])]
            if untold := [label for label in above if not verdicts.get(label, "told")]:
                title = say(title, f", of {name_all(untold)} it cannot be told")
    subtitle = describe(indicator, f"districts of {context.area_name}", period_of(one))
    shown = [*(reading for _, reading in rows), *whole, *(reading for _, reading in others)]
    roles = [(label, reading, "focus" if reading == own else "other") for label, reading in rows]
    roles += [(label, reading, "comparator" if own else "focus") for label, reading in extra]
    roles += [(label, reading, "comparator") for label, reading in others]
    ordered = sorted(roles, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))
    frame = to_frame(
        [
            {
                "label": label,
                "role": role,
                **chart_bounds(reading),
                **chart_numbers(reading),
            }
            for label, reading, role in ordered
        ]
    )
    chart = make_chart(
        spec,
        context,
        "ranked_dots",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=shown,
        reference=whole[0].value if whole else None,
        reference_label=context.area_name if whole else "",
    )
    table_rows = [*rows, *extra, *others]
    bold = [number for number, (_, reading) in enumerate(table_rows) if reading == own]
    table = readings_table("Area", table_rows, indicator, bold=bold or ([len(rows)] if extra else []))
    return Exhibit(spec.exhibit, spec.kind, title, subtitle, table, chart, readings=tuple(shown))


def build_map(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """A map of the latest period in five classes, with districts outlined where neighbourhoods are drawn."""
    place = "neighbourhoods" if "neighbourhoods" in spec.places else "districts"
    found = _by_place(spec, context, indicators, place)
    if found is None:
        return None
    indicator, cells = found
    shapes = area_shapes(context)
    cells = [reading for reading in cells if reading.area_code in shapes]
    if not any_reported(cells):
        return None
    one = next(reading for reading in cells if reading.is_reported)
    rows = descending([(context.name_of(reading.area_code), reading) for reading in cells])
    things = "neighbourhoods" if place == "neighbourhoods" else "districts"
    verdicts = verdicts_of(context, rows) if place == "districts" else {}
    title = range_finding(
        indicator, name_of_measure(spec, indicator), rows, things, verdicts=list(verdicts.values())
    )
    hidden = too_few(cells)
    notes = [f"{hidden} of {len(cells)} {things} are too few to report."] if hidden else []
    where = context.place_name if place == "neighbourhoods" else context.area_name
    subtitle = describe(indicator, f"{things} of {where}", period_of(one))
    frame = to_geo_frame(
        [
            {
                "area_code": reading.area_code,
                "label": label,
                **chart_numbers(reading),
                "geometry": shapes[reading.area_code],
            }
            for label, reading in rows
        ]
    )
    outline = None
    if place == "neighbourhoods":
        inside = [context.district] if context.district else context.settings.assessment.area.districts
        districts = [code for code in inside if code in shapes]
        if districts:
            outline = to_geo_frame(
                [
                    {"area_code": code, "label": context.name_of(code), "geometry": shapes[code]}
                    for code in districts
                ]
            )
    chart = make_chart(
        spec,
        context,
        "choropleth",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=cells,
        outline=outline,
    )
    table = readings_table("Area", rows, indicator)
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=tuple(notes), readings=tuple(cells)
    )


def area_shapes(context: Context) -> dict[str, Any]:
    """The published geometry of each area that has one."""

    table = context.published.tables["areas"]
    known = table[table["geometry_wkb"].notna()]
    return dict(zip(known["area_code"], shapely.from_wkb(known["geometry_wkb"].tolist()), strict=True))
