"""The claims put to the test, and why a domestic share differs from its reference: the published verdicts as tables."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.blocks import TableBlock
from pipeline.report.decomposed import Row, kinds_of, latest_whole
from pipeline.report.numbers import NOT_AVAILABLE, REPORTED, STATUS_WORDS, SUPPRESSED, SYMBOLS, period_label
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.tables import Cell, Column, Table, count, sentence_case, words

# What is claimed, in the order in which it is told.
CLAIMS = {
    "a_third_is_domestic": "“A third of recorded violence is domestic”",
    "no_regional_variation": "“Domestic abuse hardly varies between places”",
    "missing_from_definition": "“Domestic abuse is missing from the definition”",
}
# The parts of a claim, what was asked of it first; one that another repeats is left out. Other offences are called by
# their indicator.
PARTS = {
    "a_third": "Violence against the person",
    "other_denominator": "",
    "other_of_all": "",
    "overall": "Altogether",
    "literal": "Taken literally",
    "size": "How much it varies",
    "equivalence": "Whether places are practically even",
    "relative": "Beside",
    "level": "Between police forces",
    "recording": "Whether unknown flags matter",
    "recording_flags": "Whether flags are set",
    "recording_survey": "Beside a survey",
    "recording_emergency": "Beside hospitals",
    "other_record": "Beside another record",
    "missing_from_definition": "What our definition leaves out",
}
# What the figure of a part is, and its decimals.
STATISTICS = {
    "flagged_share": ("flagged domestic, % of all", 1),
    "domestic_share": ("domestic, % of known flags", 1),
    "share_left_out": ("% of domestic abuse", 1),
    "share_between_forces": ("% of the differences", 1),
    "share_not_flagged": ("not flagged, %", 1),
    "median_rate_ratio": ("typical factor", 2),
    "ratio_of_spreads": ("spread, times the other’s", 2),
}
UNTOLD = (SUPPRESSED, NOT_AVAILABLE)
NOTE = "data/claims.csv has every year, and what to bear in mind of each verdict."
VERDICTS = {"not_the_claim": "No part of the claim", "context": "Context"}
CLAIM_COLUMNS = (
    Column("Told of"),
    Column("Figure", True),
    Column("Interval from", True),
    Column("to", True),
    Column("Verdict"),
    Column("In words"),
)
NO_LIMIT = "no limit"
# The shares that are taken apart, and what they are of.
TAKEN_APART = {"domestic_violence_share": "Violence against the person", "domestic_share": "All offences"}
SHARES = ["share", "reference_share", "weight", "reference_weight"]
MIX = ["mix_effect", "mix_lower95", "mix_upper95"]
WITHIN = ["within_effect", "within_lower95", "within_upper95"]
KNOWN = ["known_within_effect", "known_within_lower95", "known_within_upper95"]


def claims_tables(context: Context) -> Sequence[TableBlock]:
    """One table a claim with the verdicts of its latest period; none where nothing was judged."""
    made = []
    for claim_id, title in CLAIMS.items():
        judged = [row for row in records(context.published.tables["claims"]) if row["claim_id"] == claim_id]
        rows = _latest_of_each_part(judged)
        if rows:
            body = tuple(_claim_row(context, row) for row in rows)
            block_id = f"claim-{claim_id.replace('_', '-')}"
            note = " ".join(filter(None, (rows[0]["caveat"], NOTE)))
            made.append(TableBlock(block_id, title, Table(CLAIM_COLUMNS, body), note))
    return made


def _latest_of_each_part(judged: Sequence[Row]) -> list[Row]:
    """The latest verdict on each part; where that is not told, the latest that is stands below it."""
    order = list(PARTS)
    found = []
    for part in sorted({str(row["part"]) for row in judged if _kind(row) in PARTS}):
        of_part = (row for row in judged if row["part"] == part)
        # Of a year and the years pooled that end with it the year is told.
        rows = sorted(of_part, key=lambda row: (row["period_end"], row["period_start"]))
        told = [row for row in rows if row["verdict"] not in UNTOLD]
        found += [rows[-1], *([told[-1]] if told and told[-1] is not rows[-1] else [])]
    return sorted(found, key=lambda row: order.index(_kind(row)))


def _kind(row: Row) -> str:
    return str(row["part"]).split(":")[0]


def _claim_row(context: Context, row: Row) -> tuple[Cell, ...]:
    _, _, name = str(row["part"]).partition(":")
    label = PARTS[_kind(row)]
    statistic, decimals = STATISTICS[str(row["statistic"])]
    if name in context.published.indicators:
        title = context.published.indicators[name].title
        label = f"{label}: {title[:1].lower()}{title[1:]}" if label else title
    verdict = str(row["verdict"])
    return (
        words(f"{label} ({statistic})"),
        *(_number(row[field], decimals, verdict) for field in ("value", "lower95")),
        # A number without an upper limit has none: the interval is open.
        words(NO_LIMIT)
        if row["upper95"] is None and row["lower95"] is not None
        else _number(row["upper95"], decimals, verdict),
        words(VERDICTS.get(verdict, sentence_case(STATUS_WORDS.get(verdict, verdict.replace("_", " "))))),
        words(row["sentence"]),
    )


def _number(number: float | None, decimals: int, status: str) -> Cell:
    """A number, or the sign of why there is none."""
    if number is None and status in UNTOLD:
        return Cell(SYMBOLS[status], status=status)
    return count(number, decimals)


def decomposition_tables(context: Context) -> Sequence[TableBlock]:
    """How far another mix of offences, and other shares within them, explain the difference; then kind by kind."""
    wholes = [row for name in TAKEN_APART if (row := latest_whole(context, name)) is not None]
    if not wholes:
        return []
    body = tuple(
        (
            words(TAKEN_APART[row["indicator_id"]]),
            words(period_label("financial_year", row["period_start"], row["period_end"])),
            *(_number(row[name], 1, row["value_status"]) for name in SHARES[:2]),
            *(_number(row[name], 2, row["value_status"]) for name in (*MIX, *WITHIN, *KNOWN)),
        )
        for row in wholes
    )
    columns = (
        Column("Of"), Column("Year"), Column("Here (%)", True), Column("Reference (%)", True),
        Column("Mix (points)", True), Column("95% interval from", True), Column("to", True),
        Column("Within (points)", True), Column("95% interval from", True), Column("to", True),
        Column("Within, of known flags (points)", True), Column("95% interval from", True), Column("to", True),
    )  # fmt: skip
    notes = dict.fromkeys(str(row["status_reason"]) for row in wholes if row["status_reason"])
    made = [TableBlock("decomposition", "Why the domestic share differs from the reference", Table(columns, body),
                       " ".join(notes))]  # fmt: skip
    return made + [_by_kind(context, row) for row in wholes if row["value_status"] == REPORTED]


def _by_kind(context: Context, whole: Row) -> TableBlock:
    columns = (
        Column("Kind of offence"), Column("Here (%)", True), Column("Reference (%)", True),
        Column("Part of all here (%)", True), Column("of the reference (%)", True), Column("Mix (points)", True),
        Column("Within (points)", True), Column("Within, of known flags (points)", True),
    )  # fmt: skip
    body = tuple(
        (
            words(row["offence_subgroup"]),
            *(count(row[name], 1) for name in SHARES),
            *(count(row[name], 2) for name in (MIX[0], WITHIN[0], KNOWN[0])),
        )
        for row in kinds_of(context, whole)
    )
    of = TAKEN_APART[whole["indicator_id"]]
    title = f"{of}: each kind beside {whole['reference_name']}"
    return TableBlock(f"decomposition-{whole['indicator_id'].replace('_', '-')}", title, Table(columns, body))
