"""`sna audit`: what a reader can work out of the suppressed cells of a published table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.progress import show_count

if TYPE_CHECKING:
    from pipeline.audits.findings import Findings, Interval

# A list that leaves the screen is followed by the first sentence again.
SCREEN = 30
REMEDY = (
    "correct the numbers there, take rounded figures out, which do not add up exactly, "
    "or lower --least where a marker may stand for less"
)


def audit(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Cells (cell_id, value), or tables with totals (.csv, .xlsx)."),
    ],
    relations: Annotated[
        Path | None,
        typer.Option(help="How cells add up: relation_id, total_cell, part_cell, coefficient."),
    ] = None,
    least: Annotated[
        int, typer.Option(min=0, help="The least count under a marker: 0 where zeros may be hidden.")
    ] = 1,
    threshold: Annotated[int, typer.Option(min=1, help="The highest count that must be hidden, plus 1.")] = 5,
    marker: Annotated[
        list[str] | None,
        typer.Option(help="Another text that marks a suppressed cell, or TEXT=4, TEXT=1-7; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each suppressed cell of a table which counts are possible, and which can be worked out exactly.

    Tables are read with their row and column totals; docs/audit.md says how, what counts as a marker, and how to
    describe any other table as cells and relations. The exit code is 0 whatever is found.
    """
    from pipeline.audits.book import Book, read_book
    from pipeline.audits.cell_files import has_cells, read_cell_files
    from pipeline.audits.findings import audit_tables
    from pipeline.audits.sheets import WORKBOOKS
    from pipeline.disclosure.intervals import Contradiction
    from pipeline.names import printable
    from pipeline.settings import ConfigurationError

    for each in (file, relations):
        if each is not None and not each.is_file():
            raise ConfigurationError(f"{printable(str(each))} is not a file: name an existing file.")
    markers = tuple(marker or ())
    is_book = file.suffix.casefold() in WORKBOOKS
    if relations is not None and is_book:
        raise ConfigurationError(
            f"{file} is a workbook, whose totals say how it adds up: leave out --relations, or give cells as .csv."
        )
    if relations is None and not is_book and has_cells(file):
        raise ConfigurationError(f"{file} holds cells: say with --relations FILE how they add up.")
    book = (
        Book([read_cell_files(file, relations, markers)], [], [], 0)
        if relations
        else read_book(file, least, markers)
    )
    try:
        hidden = sum(not figure.is_shown for table in book.tables for figure in table.figures.values())
        with show_count("Finding the least and the most", hidden) as advance:
            findings = audit_tables(book.tables, least, threshold, advance)
    except Contradiction as error:
        files = f"{file} with {relations}" if relations else file
        raise ConfigurationError(f"{files}: {error}: {REMEDY}.") from None
    not_tested = [
        *book.not_tested,
        *(f"a table is left out: {each}: {REMEDY}" for each in findings.contradictions),
    ]
    if as_json:
        for note in book.notes:
            typer.echo(note, err=True)
        typer.echo(json.dumps(_as_data(findings, not_tested), indent=2, ensure_ascii=False))
        return
    labels = {cell: label for table in book.tables for cell, label in table.labels.items()}
    not_tested = [f"Not tested: {each.removesuffix('.')}." for each in not_tested]
    sums = "1 sum" if findings.relation_count == 1 else f"{findings.relation_count:,} sums"
    known = f"From {sums}, and markers that stand for {least} or more."
    head = [_summarize(findings, book.untested + findings.untested), *not_tested, known, *book.notes]
    typer.echo("\n".join(_tell(findings, head, labels, threshold)))


def _as_data(findings: Findings, not_tested: list[str]) -> dict[str, object]:
    exact, narrow, wide = findings.exact, findings.narrow, findings.wide
    told: dict[str, object] = {
        "cells": findings.cell_count,
        "suppressed": len(exact) + len(narrow) + len(wide),
        "exact": len(exact),
        "narrow": len(exact) + len(narrow),
        "intervals": [
            {"cell_id": each.cell_id, "low": each.low, "high": each.high} for each in (*exact, *narrow, *wide)
        ],
    }
    if findings.assumed:
        told["assumed"] = sorted(findings.assumed)
    if not_tested:
        told["not_tested"] = not_tested
    return told


def _summarize(findings: Findings, untested: int) -> str:
    exact, narrow, wide = (len(each) for each in (findings.exact, findings.narrow, findings.wide))
    suppressed = exact + narrow + wide
    summary = (
        f"{suppressed:,} of {findings.cell_count:,} cells {'is' if suppressed == 1 else 'are'} suppressed: "
        f"{exact:,} can be worked out exactly, {narrow:,} more narrowly, {wide:,} not."
    )
    if untested:
        more = (
            "1 more cell without a number is"
            if untested == 1
            else f"{untested:,} more cells without a number are"
        )
        summary += f" {more} not tested."
    return summary


def _tell(findings: Findings, head: list[str], labels: Mapping[str, str], threshold: int) -> list[str]:
    lines = list(head)
    kinds = (
        ("Exact", "one count alone is possible, so anybody can tell it.", findings.exact),
        (
            "Narrow",
            f"fewer than {threshold} counts are possible, or none of {threshold} or more, so a small count "
            "is known to be one, or nearly known.",
            findings.narrow,
        ),
        (
            "Not narrow",
            f"{threshold} counts or more are possible, and one of {threshold} or more.",
            findings.wide,
        ),
    )
    for kind, meaning, intervals in kinds:
        for is_assumed, named in ((False, kind), (True, f"{kind} if the totals are what they are called")):
            if some := [each for each in intervals if (each.cell_id in findings.assumed) == is_assumed]:
                lines += ["", f"{named}: {meaning}", *_tell_intervals(some, labels)]
    count = sum(len(intervals) for _, _, intervals in kinds)
    return [*lines, "", head[0]] if count > SCREEN else lines


def _tell_intervals(intervals: list[Interval], labels: Mapping[str, str]) -> list[str]:
    from pipeline.names import printable

    names = [printable(each.cell_id) for each in intervals]
    width = max(map(len, names))
    lines = []
    for name, each in zip(names, intervals, strict=True):
        possible = (
            f"{each.low:,} or more"
            if each.high is None
            else f"{each.low:,}"
            if each.low == each.high
            else f"{each.low:,} to {each.high:,}"
        )
        lines.append(f"  {name:<{width}}  {possible:<14}  {labels.get(each.cell_id, '')}".rstrip())
    return lines
