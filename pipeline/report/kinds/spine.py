"""Many measures on one page: the place among its districts and beside what each is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.report.anatomy import Exhibit, make_chart, period_of, to_frame
from pipeline.report.comparisons import comparator_of
from pipeline.report.numbers import format_value
from pipeline.report.published import Reading
from pipeline.report.selection import Context, latest, select
from pipeline.report.sentences import Comparator, say
from pipeline.report.specs import YEARS, ExhibitSpec
from pipeline.report.standing import cell_beside
from pipeline.report.tables import Column, Table, published_cell, words

Row = tuple[Reading, Comparator, Sequence[Reading]]


def build_spine(spec: ExhibitSpec, context: Context, indicators: tuple[str, ...]) -> Exhibit | None:
    """The measures that have a figure here, one to set it beside, and at least two districts with theirs."""
    rows = [row for name in indicators if (row := _row(context, name)) is not None]
    if len(rows) < FEWEST:
        return None
    words_of = Counter(comparator.word.split(" ")[0] for _, comparator, _ in rows)
    parts = [
        f"{words_of[word]} {'is' if words_of[word] == 1 else 'are'} {word}"
        for word in WORDS
        if words_of[word]
    ]
    names = {comparator.name for _, comparator, _ in rows}
    beside = f"set beside {names.pop()}" if len(names) == 1 else "each set beside the widest place published"
    untold = f"; of {words_of['']} it cannot be told" if words_of[""] else ""
    title = say(f"Of {len(rows)} measures, {beside}, {', '.join(parts) or 'none can be told apart'}{untold}")
    subtitle = (
        f"Latest year of each measure · {context.place_name} among the districts of {context.area_name}"
    )
    frame = to_frame([_line(context, *row) for row in rows])
    shown = [reading for own, _, districts in rows for reading in (own, *districts)]
    chart = make_chart(
        spec, context, "spine", frame, title=title, subtitle=subtitle,
        indicator=context.published.indicators[rows[0][0].indicator_id], shown=shown,
    )  # fmt: skip
    columns = (
        Column("Measure"), Column("Unit"), Column("Period"), Column("Here", True), Column("95% interval from", True),
        Column("to", True), Column("Lowest district", True), Column("Highest district", True), Column("Beside", True),
        Column("Beside what"), Column("How it compares"),
    )  # fmt: skip
    body = []
    for own, comparator, districts in rows:
        indicator = context.published.indicators[own.indicator_id]
        ends = districts[0], districts[-1]
        body.append(
            (
                words(indicator.title),
                words("per cent" if indicator.unit == "%" else indicator.unit),
                words(period_of(own)),
                *(published_cell(own, field, indicator) for field in ("value", "lower95", "upper95")),
                *(published_cell(reading, "value", indicator) for reading in ends),
                cell_beside(comparator, indicator),
                words(comparator.name),
                words(comparator.word.split(" ")[0] or "cannot be told"),
            )
        )
    return Exhibit(
        spec.exhibit, spec.kind, title, subtitle, Table(columns, tuple(body)), chart, readings=tuple(shown)
    )


WORDS = ("higher", "lower", "similar")
# One measure alone is no spine.
FEWEST = 3


def _row(context: Context, name: str) -> Row | None:
    own = latest(select(context, name), YEARS)
    comparator = comparator_of(context, own) if own is not None else None
    if own is None or comparator is None or not comparator.is_drawn:
        return None
    districts = [
        reading
        for reading in select(context, name, place="districts", period_types=(own.period_type,))
        if reading.period_start == own.period_start and reading.is_reported
    ]
    districts.sort(key=lambda reading: (reading.value, reading.area_code))
    return (own, comparator, districts) if len(districts) > 1 else None


def _line(
    context: Context, own: Reading, comparator: Comparator, districts: Sequence[Reading]
) -> dict[str, object]:
    indicator = context.published.indicators[own.indicator_id]
    return {
        "label": indicator.short_title or indicator.title,
        "value": own.value,
        "lowest": districts[0].value,
        "highest": districts[-1].value,
        "middle": comparator.value,
        "text": format_value(own.value or 0, indicator.decimals, indicator.unit),
        "other_text": format_value(comparator.value, indicator.decimals, indicator.unit),
        "status": own.value_status,
    }
