"""Domestic and other offences back to back, by age of the victim."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    first_number,
    make_chart,
    name_of_measure,
    period_of,
    spoken,
    to_frame,
)
from pipeline.report.numbers import SPLIT_LABELS
from pipeline.report.published import Reading
from pipeline.report.selection import (
    Context,
    any_reported,
    in_first_period_type,
    in_period,
    latest_period,
    select,
)
from pipeline.report.sentences import number, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import Column, Table, count, published_cell, words


def build_pyramid(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The counts of two splits by age in the latest year; None unless both sides have a figure."""
    name = indicators[0]
    indicator = context.published.indicators[name]
    cells = in_first_period_type(
        select(context, name, breakdown="age_band", splits=spec.splits), spec.periods
    )
    period = latest_period(cells)
    sides = [
        [reading for reading in in_period(cells, period) if reading.split == split]
        for split in spec.splits
    ] if period else []  # fmt: skip
    if len(sides) != 2 or not all(any_reported(side) for side in sides):
        return None
    by_band: dict[str, dict[str, Reading]] = {}
    for reading in (*sides[0], *sides[1]):
        by_band.setdefault(reading.breakdown_value, {})[reading.split] = reading
    bands = sorted(by_band, key=first_number)
    shown = [reading for band in bands for reading in by_band[band].values()]
    # An age without a flag has no bar and no mark: the flag is for people aged 16 and over.
    drawn = [reading for reading in shown if reading.value_status != "not_applicable"]
    tops = [
        max((one for one in side if one.is_reported), key=lambda one: one.numerator or 0) for side in sides
    ]
    title = say(
        f"{name_of_measure(spec, indicator)}: the most domestic offences are at ages "
        f"{spoken(tops[0].breakdown_value, 'age_band')} (",
        number(tops[0], "numerator", indicator),
        f"), the most others at ages {spoken(tops[1].breakdown_value, 'age_band')} (",
        number(tops[1], "numerator", indicator),
        ")",
    )
    counted = f"Number of {indicator.numerator_label} by age of the victim"
    subtitle = f"{counted} · {context.place_name} · {period_of(tops[0])}"
    frame = to_frame(
        [
            {
                "label": reading.breakdown_value,
                "role": reading.split,
                "side": SPLIT_LABELS[reading.split],
                "value": reading.numerator,
                "status": reading.value_status,
            }
            for reading in drawn
        ]
    )
    chart = make_chart(
        spec, context, "pyramid", frame, title=title, subtitle=subtitle, indicator=indicator, shown=drawn
    )
    columns = [Column("Age of the victim")]
    for split in spec.splits:
        columns += [
            Column(SPLIT_LABELS[split], True),
            Column(f"{SPLIT_LABELS[split]}, {indicator.unit}", True),
        ]
    body = tuple(
        (
            words(band),
            *(
                published_cell(by_band[band][split], field, indicator)
                if split in by_band[band]
                else count(None)
                for split in spec.splits
                for field in ("numerator", "value")
            ),
        )
        for band in bands
    )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, Table(tuple(columns), body), chart, readings=tuple(shown)
    )
