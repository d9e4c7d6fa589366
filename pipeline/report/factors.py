"""Risk and protective factors on one page: where the place is set apart from others, the furthest first."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.anatomy import period_of
from pipeline.report.blocks import Block, TableBlock
from pipeline.report.selection import Context
from pipeline.report.standing import Standing, cell_beside, distance, is_worse, standings
from pipeline.report.tables import Column, Table, published_cell, sentence_case, words

KINDS = {"lower_is_better": "Risk", "higher_is_better": "Protective"}
NOTE = (
    "Ranked by rule: first what is worse than elsewhere, then what is better; the further from the other figure, for "
    "its size, the higher. A factor stands here only where its interval, and what records leave open, settle it. "
    "A rank is no cause: it says where to look first."
)


def factors(context: Context, most: int) -> Sequence[Block]:
    """A table of the factors that differ from elsewhere by the published verdict; nothing without any."""
    apart = [one for one in standings(context) if one.indicator.direction in KINDS and _word(one)]
    ranked = sorted(
        apart,
        key=lambda one: (
            not is_worse(one.indicator, one.comparator),
            -distance(one.reading, one.comparator),
            one.indicator.title,
        ),
    )
    if not ranked:
        return []
    rows = tuple(
        (
            words(one.indicator.title),
            words(KINDS[one.indicator.direction]),
            published_cell(one.reading, "value", one.indicator),
            cell_beside(one.comparator, one.indicator),
            words(one.indicator.unit),
            words(sentence_case(one.comparator.name) if one.comparator is not None else ""),
            words("Worse" if is_worse(one.indicator, one.comparator) else "Better"),
            words(period_of(one.reading)),
        )
        for one in ranked[:most]
    )
    columns = (
        Column("Factor"), Column("Kind"), Column("Here", True), Column("There", True), Column("Unit"),
        Column("Beside"), Column("Verdict"), Column("Period"),
    )  # fmt: skip
    return [TableBlock("factors", "Risk and protective factors, ranked", Table(columns, rows), NOTE)]


def _word(one: Standing) -> str:
    word = one.comparator.word if one.comparator is not None else ""
    return word if word in ("higher than", "lower than") else ""
