"""Exhibits that set the definitions of serious violence side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.report.anatomy import (
    Exhibit,
    chart_numbers,
    make_chart,
    period_of,
    to_frame,
)
from pipeline.report.lenses import lens_cells, lens_rows, lens_titles, own_lens
from pipeline.report.published import Reading
from pipeline.report.selection import Context, any_reported
from pipeline.report.sentences import (
    Sentence,
    figure,
    join,
    number,
    say,
)
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    Column,
    Table,
    count,
    published_cell,
    words,
)

# What a share of a definition is a share of, and what it says of them.
SHARES = {
    "lens_domestic_share": ("offences whose flag is known", "are domestic"),
    "lens_under_25_share": ("offences whose victim’s age is known", "are against people under 25"),
    "lens_female_share": ("offences against people whose sex is known", "are against women and girls"),
    "lens_dwelling_share": ("offences whose place is known", "are in a dwelling"),
}
SOME_HIDDEN = ", of the definitions that can be shown"


def build_lens_bars(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """One bar a definition; where the count is not known, from what certainly to what may meet it."""
    counts = lens_cells(context, "lens_offences")
    least = lens_cells(context, "lens_offences_at_least")
    most = lens_cells(context, "lens_offences_at_most")
    name = next(
        (n for n in ("lens_offences", "lens_offences_at_least") if n in context.published.indicators), ""
    )
    rows = []
    for lens in lens_rows(context):
        key = lens["lens_id"]
        sure, low, high = counts.get(key), least.get(key), most.get(key)
        if sure is None and low is None:
            continue
        has_count = sure is not None and sure.is_reported
        reading = sure if has_count or low is None or not low.is_reported else low
        assert reading is not None
        # An upper bound alone, beside a count too small to report, says nothing.
        has_bounds = not has_count and reading.is_reported and high is not None and high.is_reported
        rows.append((lens, reading, high if has_bounds else None))
    if not name or not any(reading.is_reported for _, reading, _ in rows):
        return None
    rows.sort(key=lambda row: (row[1].value is None, row[1].value or 0))
    indicator = context.published.indicators[rows[0][1].indicator_id]
    shown = [reading for _, reading, _ in rows] + [high for _, _, high in rows if high is not None]
    title = _lens_title(context, rows)
    one = next(reading for _, reading, _ in rows if reading.is_reported)
    subtitle = (
        f"Offences that meet each definition of serious violence · {context.place_name} · {period_of(one)}"
    )
    frame = to_frame(
        [
            {
                "label": str(lens["short_title"] or lens["title"]),
                "is_local": bool(lens["is_local"]),
                "upper_bound": high.value if high is not None else None,
                **chart_numbers(reading),
            }
            for lens, reading, high in rows
        ]
    )
    chart = make_chart(
        spec,
        context,
        "definition_bars",
        frame,
        title=title,
        subtitle=subtitle,
        indicator=indicator,
        shown=shown,
    )
    has_bounds = any(high is not None for _, _, high in rows)
    columns = [Column("Definition"), Column("At least" if has_bounds else "Offences", True)]
    if has_bounds:
        columns.append(Column("At most", True))
    body = []
    for lens, reading, high in rows:
        cells = [words(lens["title"]), published_cell(reading, "value", indicator)]
        if has_bounds:
            cells.append(published_cell(high or reading, "value", indicator))
        body.append(tuple(cells))
    bold = [index for index, (lens, _, _) in enumerate(rows) if lens["is_local"]]
    notes = []
    if has_bounds:
        hidden = [reading for reading in counts.values() if not reading.is_reported and reading.status_reason]
        why = (
            hidden[0].status_reason if hidden else "a condition of the definition cannot be seen in the data."
        )
        notes.append(
            f"A bar with an open end runs from what certainly meets the definition to what may: {why}"
        )
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        Table(tuple(columns), tuple(body), frozenset(bold)),
        chart,
        notes=tuple(notes),
        readings=tuple(shown),
    )


def _lens_title(context: Context, rows: Sequence[tuple[dict[str, Any], Reading, Reading | None]]) -> Sentence:
    local = next((row for row in rows if row[0]["lens_id"] == own_lens(context)), None)
    widest = max((row for row in rows if row[1].is_reported), key=lambda row: row[1].value or 0)

    def amount(row: tuple[dict[str, Any], Reading, Reading | None]) -> Sentence:
        indicator = context.published.indicators[row[1].indicator_id]
        if row[2] is not None:
            upper = number(row[2], "value", context.published.indicators[row[2].indicator_id])
            return join("between ", number(row[1], "value", indicator), " and ", upper)
        return figure(row[1], indicator, False)

    if local is None or local[0]["lens_id"] == widest[0]["lens_id"]:
        return say("Under the widest definition, ", amount(widest), " offences count as serious violence")
    if local[2] is not None:
        return say("Our definition counts ", amount(local), " offences: the data cannot say more exactly")
    if not local[1].is_reported:
        return say(
            "What our definition counts is ",
            amount(local),
            "; the widest counts ",
            amount(widest),
            " offences",
        )
    return say(
        "Our definition counts ",
        amount(local),
        " offences as serious violence; the widest, ",
        str(widest[0]["short_title"] or widest[0]["title"]),
        ", counts ",
        amount(widest),
    )


def build_lens_table(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """What each definition counts, and of whom: one definition a row, no chart."""
    cells = {name: lens_cells(context, name) for name in indicators}
    used = [name for name in indicators if any_reported(cells[name].values())]
    if not used:
        return None
    ranged = {name for name in used if any(one.lower95 is not None for one in cells[name].values())}
    columns = [Column("Definition")]
    for name in used:
        indicator = context.published.indicators[name]
        unit = (
            "" if indicator.kind == "count" else " (%)" if indicator.unit == "%" else f" ({indicator.unit})"
        )
        columns.append(Column(f"{indicator.short_title or indicator.title}{unit}", True))
        if name in ranged:
            columns += [Column("95% interval from", True), Column("to", True)]
    lenses = [row for row in lens_rows(context) if any(row["lens_id"] in cells[name] for name in used)]
    body = []
    for lens in lenses:
        row = [words(lens["title"])]
        for name in used:
            reading = cells[name].get(lens["lens_id"])
            indicator = context.published.indicators[name]
            fields = ("value", "lower95", "upper95") if name in ranged else ("value",)
            row += [
                published_cell(reading, field, indicator, not indicator.unit.startswith("£"))
                if reading is not None
                else count(None)
                for field in fields
            ]
        body.append(tuple(row))
    shown = [reading for name in used for reading in cells[name].values()]
    one = next(reading for reading in shown if reading.is_reported)
    title = _lens_table_title(context, cells) or say("The same place looks different under each definition")
    subtitle = f"What each definition counts · {context.place_name} · {period_of(one)}"
    bold = [index for index, lens in enumerate(lenses) if lens["is_local"]]
    left_out = [f"“{context.published.indicators[name].title}”" for name in indicators if name not in used]
    notes = [f"No figure could be made for: {'; '.join(left_out)}."] if left_out else []
    return Exhibit(
        spec.exhibit,
        spec.kind,
        title,
        subtitle,
        Table(tuple(columns), tuple(body), frozenset(bold)),
        notes=tuple(notes),
        readings=tuple(shown),
    )


def _lens_table_title(context: Context, cells: dict[str, dict[str, Reading]]) -> Sentence | None:
    name = next((name for name in SHARES if name in cells), "")
    shares = cells.get(name, {})
    shown = [reading for reading in shares.values() if reading.is_reported and reading.value is not None]
    if len(shown) < 2:
        return _bounds_title(context, cells)
    indicator = context.published.indicators[name]
    of, are = SHARES[name]
    titles = lens_titles(context)
    low, high = (pick(shown, key=lambda reading: (reading.value, reading.lens_id)) for pick in (min, max))
    is_some_hidden = len(shown) < len(shares)
    return say(
        f"Of {of}, from ",
        figure(low, indicator),
        f" ({titles[low.lens_id]}) to ",
        figure(high, indicator),
        f" ({titles[high.lens_id]}) {are}{SOME_HIDDEN if is_some_hidden else ''}: it depends on the definition",
    )


def _bounds_title(context: Context, cells: dict[str, dict[str, Reading]]) -> Sentence | None:
    """The lowest and the highest of what the definitions may count at most."""
    most = [reading for reading in cells.get("lens_offences_at_most", {}).values() if reading.is_reported]
    if len(most) < 2:
        return None
    indicator = context.published.indicators["lens_offences_at_most"]
    titles = lens_titles(context)
    low, high = (pick(most, key=lambda reading: (reading.value, reading.lens_id)) for pick in (min, max))
    return say(
        "The most that a definition can count here runs from ",
        figure(low, indicator, False),
        f" ({titles[low.lens_id]}) to ",
        figure(high, indicator, False),
        f" offences ({titles[high.lens_id]})",
    )
