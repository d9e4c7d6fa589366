"""What a reader must know of each source before relying on it: its defects in words, its rows in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.report.blocks import TableBlock
from pipeline.report.numbers import format_number
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.tables import Cell, Column, Table, count, sentence_case, words

Check = Mapping[str, Any]
FEW = "fewer than 5"
KINDS = {"integer": "whole number", "double": "number", "boolean": "yes or no", "timestamp": "date and time"}
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
}


def defects_table(context: Context) -> Sequence[TableBlock]:
    """One source a row, its defects as sentences; those that answer a question come first."""
    checks = _checks(context)
    said = {source: list(_sentences(context, source, found)) for source, found in checks.items()}
    rows = tuple(
        (words(_title(checks[source])), words(" ".join(sentences)))
        for source, sentences in said.items()
        if sentences
    )
    if not rows:
        return []
    clean = [_title(checks[source]) for source, sentences in said.items() if not sentences]
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
    held_back = checks.get("rows_quarantined")
    if held_back and _is_some(held_back):
        reasons = [_reason(check) for name, check in checks.items() if name.startswith("held_back_")]
        more = f"; and {len(reasons) - 4} more reasons" if len(reasons) > 4 else ""
        why = f": {'; '.join(reasons[:4])}{more}" if reasons else ""
        yield f"{_share(held_back, 'rows')} were held back{why}."
    for name, fate in FATES.items():
        if name in checks and _is_some(checks[name]):
            yield f"{_share(checks[name], 'records')} {fate}"
    revised = checks.get("revised")
    if revised and _is_some(revised):
        number = f"{FEW} rows" if revised["note"] == FEW else f"{format_number(revised['count'])} rows"
        yield (
            f"Its supplier sent a file again, changed: {number} were added, removed or altered, so figures published "
            "before may differ from these."
        )
    vintage = checks.get("lsoa_vintage")
    if vintage and vintage["note"]:
        yield f"Small areas are given by {vintage['note']}."


def _is_some(check: Check) -> bool:
    return bool(check["count"]) or check["note"] == FEW


def _share(check: Check, things: str) -> str:
    """For example "1,230 of 45,600 records (2.7%)"."""
    base = format_number(check["base"] or 0)
    if check["note"] == FEW:
        return f"{sentence_case(FEW)} of {base} {things}"
    percent = f"{format_number(check['percent'], 1)}%" if check["percent"] else "under 0.1%"
    return f"{format_number(check['count'])} of {base} {things} ({percent})"


def _reason(check: Check) -> str:
    """A rule in words, with how many rows broke it."""
    column, colon, rule = str(check["label"]).partition(": ")
    mistyped = re.fullmatch(r"is not of type (.+)", rule)
    if mistyped:
        label = f"“{column}” is not a {KINDS.get(mistyped[1], mistyped[1])}"
    else:
        label = f"“{column}”: {rule}" if colon else column
    number = FEW if check["note"] == FEW else format_number(check["count"])
    return f"{label} ({number})"


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
        "Counts are rounded to 10. data/data_quality.csv has them with percentages and notes, and "
        "data/deliveries.csv lists every file with its checksum."
    )
    return [
        TableBlock(
            "data-quality", "Rows received, accepted, held back and out of area", Table(columns, rows), note
        )
    ]


def _rows_cell(check: Check | None) -> Cell:
    if check is None:
        return count(None)
    return words(FEW) if check["note"] == FEW else count(check["count"])


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
