"""What a reader must know of each source before relying on it: its defects in words, its rows in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.names import name_all
from pipeline.report.blocks import TableBlock
from pipeline.report.numbers import STATUS_WORDS, SUPPRESSED, SYMBOLS, format_number
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.tables import Cell, Column, Table, count, sentence_case, words

Check = Mapping[str, Any]
# How a note begins that says of a number how small it is; it ends with the base to which its source is rounded.
FEW = "fewer than "
KINDS = {
    "integer": "whole number",
    "bigint": "whole number",
    "double": "number",
    "boolean": "yes or no",
    "timestamp": "date and time",
    "mid year": "year",
}
# What a rule that holds rows back says of the place where something should stand, in the reader's words.
RULES = {
    "required value is missing": "nothing",
    "is not a code of the right form": "a code of another form",
    "code is not in the code list": "a code that does not exist",
    "word is not one that the contract allows": "a word that is not known",
    "date lies in the future": "a date that is yet to come",
}
# Words of contracts, and what a reader calls them.
COLUMN_WORDS = (
    (r"\b(financial|academic|reporting) year start\b", r"\1 year"),
    (r"\bmonth start\b", "month"),
    (r"\blsoa(11|21)? code\b", "small area"),
    (r"\bmsoa code\b", "neighbourhood"),
    (r"\blad (code|name)\b", "district"),
    (r"\barea code\b", "area"),
    (r"\bla number\b", "number of the local authority"),
)
# How the names of sources of residents begin → the kinds of area whose rates divide by them.
RESIDENTS = {"lad_population": ("vru", "lad"), "lsoa_population": ("msoa",), "lsoa11_population": ("msoa",)}
# Periods whose rates divide by the residents of the year in which they begin.
YEARS = ("financial_year", "calendar_year", "academic_year")
# What became of the records of each kind, after "1,230 of 45,600 records (2.7%)".
FATES = {
    "rows_superseded": "came again in a later delivery: each counts once, as last sent.",
    "rows_out_of_area": "lie outside the area or belong to another supplier: they are not counted here.",
    "rows_unlocated": "carry no small area: they count in the total, and in no neighbourhood.",
    "rows_unknown_code": "carry an area code that does not exist: they count in the total, and in no neighbourhood.",
    "lsoa_divided": "are of small areas that now lie in two places: they were shared out by the residents of each.",
    "among_few": "are like fewer than four others in what could together single a person out (such as small area, "
    "age, sex and ethnicity): they are counted, and never shown one by one.",
    "flag_not_known": "carry no domestic abuse flag: a blank is never counted as no.",
    "flag_under_16": "are flagged domestic abuse though the victim is under 16 and the flag is for people aged 16 and "
    "over: they are counted as they were flagged.",
}

HIDDEN_ROWS = (
    f"Numbers of its rows are {STATUS_WORDS[SUPPRESSED]}, or would give away a figure that is hidden, so what was held "
    "back or lies elsewhere is not told."
)


def defects_table(context: Context) -> Sequence[TableBlock]:
    """Defects as sentences, the sources that share them in one row; what answers a question comes first."""
    checks = _checks(context)
    titles: dict[str, list[str]] = {}
    for source, found in checks.items():
        titles.setdefault(" ".join(_sentences(context, source, found)), []).append(_title(found))
    clean = titles.pop("", [])
    rows = tuple((words("; ".join(sources)), words(sentences)) for sentences, sources in titles.items())
    if not rows:
        return []
    note = f"Nothing is known against: {'; '.join(clean)}." if clean else ""
    columns = (Column("Source"), Column("What to know before relying on it"))
    return [TableBlock("defects", "What is wrong with each source", Table(columns, rows), note)]


def _sentences(context: Context, source: str, checks: Mapping[str, Check]) -> Iterator[str]:
    """What is wrong with a source: what did not come, was held back, lies elsewhere, or says too little."""
    for gap in filter(None, str(context.sources.get(source, {}).get("gap_note") or "").split("; ")):
        if gap.startswith("nothing after"):
            yield f"There is {gap}."
        else:
            needed = "it" if gap.split()[0].istitle() and " and " not in gap else "them"
            yield f"{sentence_case(gap)}, so no total that needs {needed} is shown."
    if any(check["note"] == SYMBOLS[SUPPRESSED] for check in checks.values()):
        yield HIDDEN_ROWS
    yield from _left_out(checks)
    yield from _without_residents(context, source)
    for name, fate in FATES.items():
        if name in checks and _is_some(checks[name]):
            yield f"{_share(checks[name], 'records')} {fate}"
    revised = checks.get("revised")
    if revised and _is_some(revised):
        yield (
            f"Its supplier sent a file again, changed: {_number(revised)} rows were added, removed or altered, "
            "so figures published before may differ from these."
        )
    vintage = checks.get("lsoa_vintage")
    if vintage and vintage["note"]:
        yield f"Small areas are given by {vintage['note']}."


def _left_out(checks: Mapping[str, Check]) -> Iterator[str]:
    """What became of the lines that are in no figure, and whether a figure lacks them."""
    left_out = checks.get("rows_quarantined")
    if not left_out or not _is_some(left_out):
        return
    no_records = [check for name, check in checks.items() if name.startswith("set_aside_")]
    unread = [check for name, check in checks.items() if name.startswith("held_back_")]
    kinds = [
        f"{check['label']} ({_number(check)})" if len(no_records) + len(unread) > 1 else str(check["label"])
        for check in no_records
    ]
    if no_records and not unread:
        why = " so that nothing is counted twice" if "total" in kinds[0] else ""
        yield (
            f"{_share(left_out, 'lines')} are not records: they are {name_all(kinds)}. "
            f"They are left out{why}, and no figure lacks them."
        )
        return
    reasons = [*kinds, *map(_reason, unread)]
    more = f"; and {len(reasons) - 4} more reasons" if len(reasons) > 4 else ""
    because = f": {'; '.join(reasons[:4])}{more}" if reasons else ""
    yield f"{_share(left_out, 'rows')} were held back{because}. They are in no figure, so totals may be too low."


def _without_residents(context: Context, source: str) -> Iterator[str]:
    """The years whose rates divide by residents that nobody estimated for them."""
    area_types = next((kinds for start, kinds in RESIDENTS.items() if source.startswith(start)), ())
    years = sorted(
        {
            reading.period_start.year
            for cells in context.published.readings.values()
            for reading in cells
            if reading.is_population_estimated
            and reading.area_type in area_types
            and reading.period_type in YEARS
        }
    )
    if years:
        where = "of neighbourhoods in" if "msoa" in area_types else "of"
        yield (
            f"No estimate of residents was delivered for the middle of {_years(years)}: rates {where} those years use "
            "residents worked out from the nearest years that were, and say “some populations estimated”."
        )


def _years(years: Sequence[int]) -> str:
    """For example "2012 to 2018 and 2021"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    texts = [
        text
        for run in runs
        for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(year) for year in run])
    ]
    return name_all(texts)


def _is_some(check: Check) -> bool:
    return bool(check["count"]) or _is_few(check)


def _is_few(check: Check) -> bool:
    return str(check["note"]).startswith(FEW)


def _share(check: Check, things: str) -> str:
    """For example "1,230 of 45,600 records (2.7%)"."""
    base = format_number(check["base"] or 0)
    if _is_few(check):
        return f"{sentence_case(check['note'])} of {base} {things}"
    percent = f"{format_number(check['percent'], 1)}%" if check["percent"] else "under 0.1%"
    return f"{format_number(check['count'])} of {base} {things} ({percent})"


def _reason(check: Check) -> str:
    """What stands in the wrong place, in words, with how many rows have it."""
    column, colon, rule = str(check["label"]).partition(": ")
    for pattern, plain in COLUMN_WORDS:
        column = re.sub(pattern, plain, column)
    mistyped = re.fullmatch(r"is not of type (.+)", rule)
    if mistyped:
        label = f"no {KINDS.get(mistyped[1], mistyped[1])} where “{column}” should stand"
    elif rule in RULES:
        label = f"{RULES[rule]} where “{column}” should stand"
    else:
        label = f"a fault in “{column}”: {rule}" if colon else f"a fault: {column}"
    return f"{label} ({_number(check)})"


def _number(check: Check) -> str:
    return str(check["note"]) if _is_few(check) else format_number(check["count"])


def _title(checks: Mapping[str, Check]) -> str:
    return next(str(check["source_title"]) for check in checks.values())


def rows_tables(context: Context) -> Sequence[TableBlock]:
    """The rows of each source in numbers, one check a column, and the files that were not read."""
    checks = _checks(context)
    return [*_rows(checks), *_files_not_read(context)]


def _checks(context: Context) -> dict[str, dict[str, Check]]:
    """The checks of each source by name; what only serves other sources comes last."""
    checks: dict[str, dict[str, Check]] = {}
    for row in records(context.published.tables["data_quality"]):
        checks.setdefault(str(row["source_id"]), {})[str(row["check_id"])] = row
    return dict(sorted(checks.items(), key=lambda item: item[0] not in context.sources))


def _rows(checks: Mapping[str, Mapping[str, Check]]) -> Sequence[TableBlock]:
    labels = {
        name: str(check["label"])
        for found in checks.values()
        for name, check in found.items()
        if name.startswith("rows_")
    }
    if not labels:
        return []
    rows = tuple(
        (words(_title(found)), *(_rows_cell(found.get(name)) for name in labels)) for found in checks.values()
    )
    columns = (Column("Source"), *(Column(label, True) for label in labels.values()))
    note = (
        "Counts of openly published files are exact, others are rounded to twice the threshold of their source, or "
        "hidden with the figures that they would give away. data/data_quality.csv has them with percentages and notes, "
        "and data/deliveries.csv lists every file with its checksum."
    )
    return [
        TableBlock(
            "data-quality", "Rows received, accepted, held back and out of area", Table(columns, rows), note
        )
    ]


def _rows_cell(check: Check | None) -> Cell:
    if check is None:
        return count(None)
    if check["count"] is None:
        return Cell(SYMBOLS[SUPPRESSED], status=SUPPRESSED)
    return words(check["note"]) if _is_few(check) else count(check["count"])


def _files_not_read(context: Context) -> Sequence[TableBlock]:
    """Every file of the delivery folder that was refused or set aside, with the reason."""
    rows = tuple(
        (
            words(_breakable(str(row["file_name"]))),
            words("refused" if row["status"] == "refused" else "set aside"),
            words(row["reason"]),
        )
        for row in records(context.published.tables["provenance"])
        if row["status"] != "accepted"
    )
    if not rows:
        return []
    columns = (Column("File"), Column("What became of it"), Column("Why"))
    return [TableBlock("files-not-read", "Files not read, and why", Table(columns, rows))]


def _breakable(name: str) -> str:
    """A file's name that may break across lines, at folders and within long words."""
    return "/".join(
        "\u200b".join(part[i : i + 16] for i in range(0, len(part), 16)) for part in name.split("/")
    )
