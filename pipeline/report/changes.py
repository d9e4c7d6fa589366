"""What changed since the year before: which figures rose and fell, by the published verdicts and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.names import name_all
from pipeline.report.anatomy import period_of
from pipeline.report.blocks import Block, TableBlock
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.standing import Standing, cell_beside, standings
from pipeline.report.tables import Column, Table, published_cell, words

UNCOMPARED = "Recording changed in between ({}), so of the year before nothing is said for {} more, from {}."
VERDICTS = {"higher than": "Rose", "lower than": "Fell"}


def changes(context: Context, most: int) -> Sequence[Block]:
    """A table of the figures that rose or fell most for their size, and how many did not; nothing without any."""
    every = list(standings(context))
    known = [one for one in every if one.year_before is not None]
    if not known:
        return []
    moved = sorted((one for one in known if _verdict(one)), key=_size, reverse=True)
    steady = sum(one.year_before is not None and one.year_before.word == "similar to" for one in known)
    rows = tuple(
        (
            words(one.indicator.title),
            words(period_of(one.reading)),
            cell_beside(one.year_before, one.indicator),
            published_cell(one.reading, "value", one.indicator),
            words(one.indicator.unit),
            words(_verdict(one)),
        )
        for one in moved[:most]
    )
    columns = (
        Column("Measure"), Column("Period"), Column("A year before", True), Column("Latest", True),
        Column("Unit"), Column("Verdict"),
    )  # fmt: skip
    said = (
        f"{len(moved)} of {len(known)} figures rose or fell; {steady} stayed within what chance explains; "
        f"of the other {len(known) - len(moved) - steady} it cannot be told."
    )
    if len(moved) > most:
        said += f" The {most} that moved most for their size are shown."
    uncompared = [one for one in every if one.recording_changes]
    if uncompared:
        labels = name_all(list(dict.fromkeys(label for one in uncompared for label in one.recording_changes)))
        said += f" {UNCOMPARED.format(labels, len(uncompared), _sources_of(context, uncompared))}"
    return [TableBlock("what-changed", "What changed since the year before", Table(columns, rows), said)]


def _sources_of(context: Context, uncompared: Sequence[Standing]) -> str:
    titles = {row["source_id"]: str(row["title"]) for row in records(context.published.tables["sources"])}
    ids = dict.fromkeys(source for one in uncompared for source in one.indicator.source_ids)
    return name_all([titles[source] for source in ids if source in titles])


def _verdict(one: Standing) -> str:
    return VERDICTS.get(one.year_before.word, "") if one.year_before is not None else ""


def _size(one: Standing) -> float:
    """How many times the smaller of two figures the larger is; the largest where the smaller is nothing."""
    value, before = one.reading.value or 0.0, one.year_before.value if one.year_before is not None else 0.0
    low, high = sorted((abs(value), abs(before)))
    return high / low if low else float("inf")
