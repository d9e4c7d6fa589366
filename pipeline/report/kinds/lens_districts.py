"""Districts under the area's own definition and another: their ranks, and what would move if money followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.periods import period_label
from pipeline.report.anatomy import Exhibit, make_chart, period_of, to_frame
from pipeline.report.lenses import Row, is_open, lens_pairs, lens_titles, own_lens, told, told_bound
from pipeline.report.numbers import REPORTED, format_number
from pipeline.report.published import Reading
from pipeline.report.selection import Context, in_first_period_type, in_period, latest_period, select
from pipeline.report.sentences import Sentence, say
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import BOUND_COLUMNS, Column, Table, count, published_cell, words

NO_NUMBER = {"value": None, "lower": None, "upper": None}
OPEN = (
    "Records that do not say (whether they are domestic abuse, or what else a definition asks) could move a district "
    "by as much as the least and the most in the table; where their number is hidden nobody can tell."
)
STILL = "nothing would move"
WHO_GAINS = "which district would gain hangs on records that do not say what the definitions ask"
KEPT = " by what is known; records that do not say could move some"
TURNED = ", but records that do not say could undo each move"


def build_ranks(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """Districts by their rate under the own definition and those that `lenses` names, one line a district."""
    titles = lens_titles(context)
    lenses = [name for name in (own_lens(context), *spec.lenses) if name in titles]
    cells = {name: _of_districts(spec, context, indicators[0], name) for name in lenses}
    lenses = [name for name in lenses if cells[name]]
    if len(lenses) < 2:
        return None
    indicator = context.published.indicators[indicators[0]]
    places = {name: _rank(cells[name]) for name in lenses}
    changes = {
        district: row
        for (lens, district), row in lens_pairs(context, "rank_change").items()
        if lens == lenses[-1] and district
    }
    moved = [
        code
        for code, row in changes.items()
        if row["value_status"] == REPORTED and round(row["value"] or 0) != 0
    ]
    frame = to_frame(
        [
            {
                "series": context.name_of(code),
                "stage": titles[name],
                "role": "focus" if code in moved else "other",
                "value": places[name].get(code),
                "amount": reading.value,
                "status": reading.value_status,
            }
            for name in lenses
            for code, reading in cells[name].items()
        ]
    )
    shown = [reading for name in lenses for reading in cells[name].values()]
    title = _rank_title(context, changes, moved, titles[lenses[-1]])
    subtitle = (
        f"Rank by {indicator.title.lower()} under each definition, 1 the highest · districts of "
        f"{context.area_name} · {period_of(shown[0])}"
    )
    chart = make_chart(
        spec, context, "slope", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    columns = [Column("District")]
    for name in lenses:
        columns += [Column(titles[name], True), Column("95% interval from", True), Column("to", True)]
    columns.append(Column(f"Places nearer the top under ours than under {titles[lenses[-1]]}", True))
    columns += BOUND_COLUMNS
    body = tuple(
        (
            words(context.name_of(code)),
            *(
                published_cell(cells[name][code], field, indicator) if code in cells[name] else count(None)
                for name in lenses
                for field in ("value", "lower95", "upper95")
            ),
            told(changes.get(code), 0),
            *(told_bound(changes.get(code), 0, field) for field in ("lowest", "highest")),
        )
        for code in cells[lenses[0]]
    )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, Table(tuple(columns), body), chart, notes=(OPEN,),
        readings=tuple(shown),
    )  # fmt: skip


def build_money(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """By how many points each district's part of the area's offences is larger under the other definition."""
    pairs = lens_pairs(context, "allocation_change", is_own_first=False)
    titles = lens_titles(context)
    lens = next((name for name in spec.lenses if any(other == name for other, _ in pairs)), "")
    rows = {code: row for (other, code), row in pairs.items() if other == lens and code}
    known = [row for row in rows.values() if row["value_status"] == REPORTED]
    if not known:
        return None
    one = known[0]
    indicator = context.published.indicators[indicators[0]]
    shown = [
        reading
        for reading in select(context, indicators[0], place="districts")
        if reading.lens_id in (lens, own_lens(context)) and reading.period_end == one["period_end"]
        and reading.period_type == one["period_type"]
    ]  # fmt: skip
    ordered = sorted(rows, key=lambda code: (rows[code]["value"] is None, -(rows[code]["value"] or 0), code))
    sure = [code for code in ordered if rows[code] in known and not is_open(rows[code])]
    gains = [code for code in sure if rows[code]["value"] > 0]
    loses = [code for code in sure[::-1] if rows[code]["value"] < 0]
    is_still = all(row["value"] == 0 and not is_open(row) for row in known)
    title = say(
        f"If money followed {titles[lens]} instead of our definition, "
        f"{_most(context, rows, gains, loses) or (STILL if is_still else WHO_GAINS)}"
    )
    subtitle = (
        f"Points by which a district’s part of the area’s offences is larger under {titles[lens]} · districts of "
        f"{context.area_name} · {period_label(one['period_type'], one['period_start'], one['period_end'])}"
    )
    frame = to_frame(
        [
            {
                "label": context.name_of(code),
                "role": "focus",
                **NO_NUMBER,
                "value": rows[code]["value"],
                "lowest": rows[code]["lowest"],
                "highest": rows[code]["highest"],
                "status": rows[code]["value_status"],
            }
            for code in ordered
        ]
    )
    chart = make_chart(
        spec, context, "bars", frame, title=title, subtitle=subtitle, indicator=indicator, shown=shown
    )
    chart = replace(chart, value_label="percentage points", decimals=1)
    rates = {(reading.lens_id, reading.area_code): reading for reading in shown}
    lenses = (own_lens(context), lens)
    columns = (
        Column("District"),
        *(Column(f"{titles[name]}, {indicator.unit}", True) for name in lenses),
        Column("Percentage points", True),
        *BOUND_COLUMNS,
    )
    body = tuple(
        (
            words(context.name_of(code)),
            *(
                published_cell(rates[name, code], "value", indicator)
                if (name, code) in rates
                else count(None)
                for name in lenses
            ),
            told(rows[code], 1),
            *(told_bound(rows[code], 1, field) for field in ("lowest", "highest")),
        )
        for code in ordered
    )
    table = Table(columns, body)
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, table, chart, notes=(OPEN,), readings=tuple(shown)
    )


def _of_districts(spec: ExhibitSpec, context: Context, indicator_id: str, lens_id: str) -> dict[str, Reading]:
    cells = in_first_period_type(
        select(context, indicator_id, place="districts", lens_id=lens_id), spec.periods
    )
    period = latest_period(cells)
    return {reading.area_code: reading for reading in in_period(cells, period)} if period else {}


def _rank(cells: Mapping[str, Reading]) -> dict[str, int]:
    """The place of each district by its published rate, the highest first, equal ones on the first of their places.

    None has a place where one is hidden: nobody knows where that would stand.
    """
    values = [reading.value for reading in cells.values()]
    if None in values:
        return {}
    return {
        code: 1
        + sum(value > reading.value for value in values if value is not None and reading.value is not None)
        for code, reading in cells.items()
    }


def _rank_title(context: Context, changes: Mapping[str, Row], moved: Sequence[str], other: str) -> Sentence:
    if not any(row["value_status"] == REPORTED for row in changes.values()):
        return say(f"Where districts stand under our definition and under {other}")
    if not moved:
        open_ones = KEPT if any(is_open(row) for row in changes.values()) else ""
        return say(f"Every district keeps its place under our definition and under {other}{open_ones}")
    sure = [code for code in moved if not is_open(changes[code])]
    if not sure:
        return say(f"Under our definition and under {other} districts stand in other places{TURNED}")
    far = max(sure, key=lambda code: (abs(changes[code]["value"]), code))
    places = changes[far]["value"]
    many = f"{format_number(abs(places))} {'place' if round(abs(places)) == 1 else 'places'}"
    side = "nearer the top" if places > 0 else "further down"
    return say(
        f"{context.name_of(far)} stands {many} {side} under our definition than under {other}"
        f"{_tell_least(changes[far], 0)}"
    )


def _tell_least(row: Row, decimals: int) -> str:
    """In brackets the least of a change that stands, where records that do not say could make it less."""
    least = min(abs(row["lowest"]), abs(row["highest"]))
    return f" (at least {format_number(least, decimals)})" if least < abs(row["value"]) else ""


def _most(context: Context, rows: Mapping[str, Row], gains: Sequence[str], loses: Sequence[str]) -> str:
    parts = [
        f"{context.name_of(codes[0])} would {verb} {format_number(abs(rows[codes[0]]['value']), 1)} points of the whole"
        f"{_tell_least(rows[codes[0]], 1)}"
        for codes, verb in ((gains, "gain"), (loses, "lose"))
        if codes
    ]
    return " and ".join(parts)
