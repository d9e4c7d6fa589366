"""What each definition of serious violence counts, one a row."""

from __future__ import annotations

from pipeline.report.anatomy import (
    Exhibit,
    period_of,
)
from pipeline.report.lenses import lens_cells, lens_rows, lens_titles
from pipeline.report.published import Reading
from pipeline.report.selection import Context, any_reported
from pipeline.report.sentences import (
    Sentence,
    figure,
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
SOME_HIDDEN = ", of the definitions that can be shown,"


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
    some_hidden = SOME_HIDDEN.rstrip(",") if len(shown) < len(shares) else ""
    return say(
        f"Of {of}, from ",
        figure(low, indicator),
        f" ({titles[low.lens_id]}) to ",
        figure(high, indicator),
        f" ({titles[high.lens_id]}) {are}{some_hidden}: it depends on the definition",
    )


def _bounds_title(context: Context, cells: dict[str, dict[str, Reading]]) -> Sentence | None:
    """The lowest and the highest of what the definitions may count at most."""
    every = cells.get("lens_offences_at_most", {})
    most = [reading for reading in every.values() if reading.is_reported]
    if len(most) < 2:
        return None
    indicator = context.published.indicators["lens_offences_at_most"]
    titles = lens_titles(context)
    low, high = (pick(most, key=lambda reading: (reading.value, reading.lens_id)) for pick in (min, max))
    return say(
        f"The most that a definition can count here runs{SOME_HIDDEN if len(most) < len(every) else ''} from ",
        figure(low, indicator, False),
        f" ({titles[low.lens_id]}) to ",
        figure(high, indicator, False),
        f" offences ({titles[high.lens_id]})",
    )
