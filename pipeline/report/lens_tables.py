"""The area's own definition beside each other one: what it captures, whether the same places stand out, what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.periods import period_label
from pipeline.report.blocks import TableBlock
from pipeline.report.lenses import Row, is_open, lens_pairs, lens_titles, told, told_bound
from pipeline.report.numbers import REPORTED
from pipeline.report.selection import Context
from pipeline.report.tables import Cell, Column, Table, words

Pairs = Mapping[tuple[str, str], Row]
INTERVAL = (Column("95% interval from", True), Column("to", True))
LIMITS = ("lower95", "upper95")
BOUNDS = ("lowest", "highest")
OPEN_COLUMNS = (
    Column("Beside"), Column("Offences: ours over its, at least", True), Column("at most", True),
    Column("We leave out (%), at least", True), Column("at most", True),
    Column("Of its domestic ones (%), at least", True), Column("at most", True),
)  # fmt: skip

WEIGHED = (
    "Harm and cost are of those kinds of offence whose counts can be shown in both definitions, and are not told where "
    "the others could be more than a tenth of either; lens_comparisons.csv in the data book names what is left out."
)
OPEN = (
    "Records that do not say (whether they are domestic abuse, or what else is asked) leave open whether a definition "
    "counts them. The least and the most are what they could make of each figure; where their number is hidden, so is "
    "the bound."
)
WORST = "Of 100 neighbourhoods in the worst fifth under either definition, how many are under both, in {}."
AGREED = (
    "Ranks are those of districts in {}; an interval that holds 0 leaves open whether they agree at "
    "all, and of exactly 1 or -1 none is known. "
    "Records that do not say have no part in either figure."
)
OPEN_SIGN = "?"
UNDONE = " ?: records that do not say could undo it, or nobody knows; lens_comparisons.csv has the least and the most."
RANKED = (
    "How many places nearer the top a district stands under our definition than under the other, by its rate; "
    "below zero is further down." + UNDONE
)
MOVED = (
    "Percentage points that a district would gain if money followed the other definition instead of ours, shared out "
    "by offences; below zero it would lose." + UNDONE
)


def capture_tables(context: Context) -> Sequence[TableBlock]:
    """One other definition a row: how much of it the area's own captures and leaves out, in offences, harm and cost."""
    capture = lens_pairs(context, "capture_ratio")
    left_out, domestic_left_out, harm, cost = (
        lens_pairs(context, name, beside=capture)
        for name in ("left_out_share", "domestic_left_out_share", "harm_ratio", "cost_ratio")
    )
    titles = _others(context, capture)
    if not titles:
        return []
    columns = (
        Column("Beside"), Column("Offences: ours over its", True),
        Column("We leave out (%)", True), *INTERVAL, Column("Of its domestic ones (%)", True), *INTERVAL,
        Column("Harm: ours over its", True), Column("Cost: ours over its", True),
    )  # fmt: skip
    body = tuple(
        (
            words(title),
            told(capture.get((lens, "")), 2),
            *(told(left_out.get((lens, "")), 1, field) for field in ("value", *LIMITS)),
            *(told(domestic_left_out.get((lens, "")), 1, field) for field in ("value", *LIMITS)),
            *(told(pairs.get((lens, "")), 2) for pairs in (harm, cost)),
        )
        for lens, title in titles.items()
    )
    title = f"What our definition captures of each other one, {_period(capture)}"
    return [TableBlock("lens-capture", title, Table(columns, body), WEIGHED)]


def open_tables(context: Context) -> Sequence[TableBlock]:
    """The least and the most that records that do not say could make of what the area's own definition captures.

    Empty where no bound is published at all.
    """
    capture = lens_pairs(context, "capture_ratio")
    shares = (
        lens_pairs(context, name, beside=capture) for name in ("left_out_share", "domestic_left_out_share")
    )
    room = [(capture, 2), *((pairs, 1) for pairs in shares)]
    if all(row[field] is None for pairs, _ in room for row in pairs.values() for field in BOUNDS):
        return []
    body = tuple(
        (
            words(title),
            *(
                told_bound(pairs.get((lens, "")), decimals, field)
                for pairs, decimals in room
                for field in BOUNDS
            ),
        )
        for lens, title in _others(context, capture).items()
    )
    title = f"How far records that do not say could move what our definition captures, {_period(capture)}"
    return [TableBlock("lens-open", title, Table(OPEN_COLUMNS, body), OPEN)]


def places_tables(context: Context) -> Sequence[TableBlock]:
    """Whether the same places stand out under another definition; then, a district a row, places and money moved."""
    overlap, agreement = (lens_pairs(context, name) for name in ("worst_fifth_overlap", "rank_correlation"))
    made = []
    if titles := _others(context, {**overlap, **agreement}):
        columns = (
            Column("Beside"), Column("Worst fifth under both (%)", True),
            Column("Agreement of ranks (-1 to 1)", True), *INTERVAL,
        )  # fmt: skip
        body = tuple(
            (
                words(title),
                told(overlap.get((lens, "")), 1),
                *(told(agreement.get((lens, "")), 2, field) for field in ("value", *LIMITS)),
            )
            for lens, title in titles.items()
        )
        notes = []
        if overlap:
            notes.append(WORST.format(_period(overlap)))
        if agreement:
            notes.append(AGREED.format(_period(agreement)))
        title = "Whether our definition and another point to the same places"
        made.append(TableBlock("lens-places", title, Table(columns, body), " ".join(notes)))
    ranks, money = (
        lens_pairs(context, "rank_change"),
        lens_pairs(context, "allocation_change", is_own_first=False),
    )
    for name, title, pairs, decimals, note in (
        ("lens-ranks", "How districts change their places", ranks, 0, RANKED),
        ("lens-money", "What would move if money followed another definition", money, 1, MOVED),
    ):
        if pairs:
            heading = f"{title}, {_period(pairs)}"
            made.append(TableBlock(name, heading, _by_district(context, pairs, decimals), note))
    return made


def _by_district(context: Context, pairs: Pairs, decimals: int) -> Table:
    titles = _others(context, pairs)
    districts = dict.fromkeys(item for _, item in pairs if item)
    columns = (Column("District"), *(Column(title, True) for title in titles.values()))
    body = tuple(
        (
            words(context.name_of(district)),
            *(_change(pairs.get((lens, district)), decimals) for lens in titles),
        )
        for district in districts
    )
    return Table(columns, body)


def _change(row: Row | None, decimals: int) -> Cell:
    """What changes for a district, with a sign where records that do not say could undo or make it."""
    cell = told(row, decimals)
    has_sign = row is not None and row["value_status"] == REPORTED and is_open(row)
    return replace(cell, sign=OPEN_SIGN) if has_sign else cell


def _others(context: Context, pairs: Pairs) -> dict[str, str]:
    """The definitions that are compared, by their names, in their published order."""
    compared = {lens for lens, _ in pairs}
    return {lens: title for lens, title in lens_titles(context).items() if lens in compared}


def _period(pairs: Pairs) -> str:
    one = next(iter(pairs.values()))
    return period_label(one["period_type"], one["period_start"], one["period_end"])
