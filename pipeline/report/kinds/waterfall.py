"""From the reference's share to the area's own, step by step."""

from __future__ import annotations

from pipeline.periods import period_label
from pipeline.report.anatomy import Exhibit, make_chart, name_of_measure, to_frame
from pipeline.report.decomposed import Row, kinds_of, latest_whole
from pipeline.report.numbers import REPORTED, format_number
from pipeline.report.selection import Context, select
from pipeline.report.sentences import say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import Cell, Column, Table, count, published_cell, words

# With more kinds than this the shares within them are one step: the table beside it has each.
MOST_KINDS = 8
Step = tuple[str, str, float, float | None, float | None]


def build_waterfall(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The latest published decomposition of the first indicator that has one; None where it cannot be told."""
    found = next(
        (
            row
            for name in indicators
            if (row := latest_whole(context, name)) is not None and row["value_status"] == REPORTED
        ),
        None,
    )
    if found is None:
        return None
    indicator = context.published.indicators[found["indicator_id"]]
    shown = [
        reading
        for reading in select(context, indicator.indicator_id, period_types=("financial_year",))
        if reading.period_start == found["period_start"]
    ]
    if not shown:
        return None
    # The exhibit's own name is that of the indicator that it asks for first.
    name = name_of_measure(spec, indicator) if indicator.indicator_id == indicators[0] else indicator.title
    steps = _steps(context, found)
    year = period_label("financial_year", found["period_start"], found["period_end"])
    within = _told("shares within kinds", found, "within")
    if _direction(found, "within") != _direction(found, "known_within"):
        within = "what shares within kinds make turns on how many flags are missing there"
    title = say(
        f"{name}, an unknown flag counted as not domestic, is {format_number(found['share'], 1)}% here and "
        f"{format_number(found['reference_share'], 1)}% in {found['reference_name']}: "
        f"{_told('the mix of offences', found, 'mix')}, {within}"
    )
    subtitle = f"Per cent, and percentage points between · {context.area_name} · {year}"
    frame = to_frame(
        [
            {"label": label, "role": role, "value": value, "lower": lower, "upper": upper, "status": REPORTED}
            for label, role, value, lower, upper in steps
        ]
    )
    chart = make_chart(
        spec, context, "waterfall", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    columns = (
        Column("Step"), Column("Per cent, or points", True), Column("95% interval from", True), Column("to", True),
    )  # fmt: skip
    body: list[tuple[Cell, ...]] = [
        (words(label), count(value, 1 if role == "level" else 2), count(lower, 2), count(upper, 2))
        for label, role, value, lower, upper in steps
    ]
    limits = [found[f"known_within_{field}"] for field in ("effect", "lower95", "upper95")]
    body.append(
        (
            words("Other shares within kinds, if no flag is missing there"),
            *(count(each, 2) for each in limits),
        )
    )
    # The report's own share is of known flags; this one counts as the reference does.
    known = shown[0]
    body.append(
        (
            words("For comparison: of offences with a known flag"),
            *(published_cell(known, field, indicator) for field in ("value", "lower95", "upper95")),
        )
    )
    notes = (str(found["status_reason"]),) if found["status_reason"] else ()
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        Table(columns, tuple(body)),
        chart,
        notes=notes,
        readings=tuple(shown),
    )


def _steps(context: Context, whole: Row) -> list[Step]:
    kinds = kinds_of(context, whole)
    within: list[Step] = [
        (f"Other shares within: {row['offence_subgroup']}", "step", row["within_effect"], None, None)
        for row in kinds
    ]
    if not kinds or len(kinds) > MOST_KINDS or any(row["within_effect"] is None for row in kinds):
        limits = whole["within_lower95"], whole["within_upper95"]
        within = [("Other shares within kinds", "step", whole["within_effect"], *limits)]
    mix = whole["mix_lower95"], whole["mix_upper95"]
    return [
        (str(whole["reference_name"]), "level", whole["reference_share"], None, None),
        ("Another mix of offences", "step", whole["mix_effect"], *mix),
        *within,
        (context.area_name, "level", whole["share"], None, None),
    ]


def _direction(row: Row, part: str) -> int:
    """Whether a part's published interval lies above nothing (1), below it (-1) or on both sides (0)."""
    lower, upper = row[f"{part}_lower95"], row[f"{part}_upper95"]
    return 0 if lower is None or upper is None else int(lower > 0) - int(upper < 0)


def _told(name: str, row: Row, part: str) -> str:
    """How many points a part comes to, as far as its published interval tells."""
    value = row[f"{part}_effect"]
    if not _direction(row, part):
        return (
            f"{name} makes no clear difference"
            if name.startswith("the")
            else f"{name} make no clear difference"
        )
    verb = "comes" if name.startswith("the") else "come"
    return f"{name} {verb} to {format_number(abs(value), 2)} points {'more' if value > 0 else 'less'}"
