"""Where the header stands, and which column of the contract each title names."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Refused, show_header
from pipeline.ingest.identifier_headers import is_plain
from pipeline.ingest.identifiers import show_title

SEARCH_ROWS = 20
MAXIMUM_COLUMNS = 1_000


def find_header(rows: list[tuple[int, list[str]]], contract: Contract) -> tuple[int, list[str]]:
    """The first rows, numbered → position of the row at which the header begins, and its titles.

    A header of several rows (`header_rows`) is joined into one. Raises Refused where no row names every
    required column, or a column is named twice.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    for position in range(max(len(rows) - contract.header_rows + 1, 0)):
        header = join_header_rows([cells for _, cells in rows[position : position + contract.header_rows]])
        missing = missing_columns(header, contract)
        if not missing:
            check_header(header, contract, f"line {rows[position][0]}: ")
            return position, header
        if len(contract.required) - len(missing) > best[0]:
            best = (len(contract.required) - len(missing), position, header)
    found, position, header = best
    # A row that names no column at all may be a person's: it is no hint.
    raise Refused(_explain_missing(header, contract, f"line {rows[position][0]}: " if found else ""))


def join_header_rows(rows: list[list[str]]) -> list[str]:
    """Merged cells hold their text in the first cell alone: 'North West | FAEs' from two rows."""
    titles = list(rows[-1])
    for row in reversed(rows[:-1]):
        above = ""
        for index, cell in enumerate(row[: len(titles)]):
            above = cell or above
            titles[index] = f"{above} | {titles[index]}" if above else titles[index]
    return titles


def missing_columns(titles: Iterable[str], contract: Contract) -> list[str]:
    """The required columns that no title names, as the publisher heads them."""
    found = {contract.field_of(title) for title in titles}
    return [column.headers[0] for column in contract.required if column.name not in found]


def check_header(titles: list[str], contract: Contract, where: str = "") -> None:
    """Refuses a header that lacks a required column, names one twice, or has an absurd width."""
    if missing_columns(titles, contract):
        raise Refused(_explain_missing(titles, contract, where))
    if len(titles) > MAXIMUM_COLUMNS:
        raise Refused(f"{where}the header names {len(titles):,} columns, more than {MAXIMUM_COLUMNS:,}: ask the "
                      "supplier for the columns of the contract alone")  # fmt: skip
    fields = [contract.field_of(title) for title in titles]
    for field in fields:
        if field and fields.count(field) > 1:
            raise Refused(f"{where}two columns are headed as {field!r}: ask the supplier which one is meant")


def unread_titles(titles: Iterable[str], contract: Contract) -> list[str]:
    """The titles that the contract does not know, as they may be shown: `column 7` for one that may be a cell.

    Where a header ran into the row below it, cells of that row stand among the titles. If one of them looks like
    a cell, or the contract knows no title at all, none is shown.
    """
    return [shown for _, shown in _unknown_titles(list(titles), contract)]


def _unknown_titles(titles: list[str], contract: Contract) -> list[tuple[str, str]]:
    """Each title that the contract does not know, and what is shown for it."""
    unknown = [
        (number, title)
        for number, title in enumerate(titles, start=1)
        if title.strip() and not contract.field_of(title)
    ]
    folded = Counter(title.strip().casefold() for title in titles)
    is_doubtful = not any(map(contract.field_of, titles)) or any(
        folded[title.strip().casefold()] > 1 or _looks_like_a_cell(title) for _, title in unknown
    )
    return [
        (title, f"column {number}" if is_doubtful or not is_plain(title) else show_title(title))
        for number, title in unknown
    ]


def _looks_like_a_cell(title: str) -> bool:
    """Whether a title is a date, a number, a postcode or a code, or somebody's address."""
    digits, letters = sum(map(str.isdigit, title)), sum(map(str.isalpha, title))
    return digits > letters or title[:1].isdigit() or "@" in title or bool(_POSTCODE.search(title))


_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)


def nearest_column(title: str, contract: Contract, taken: Iterable[str]) -> str | None:
    """The column, not yet delivered, whose name or header is most like a title; None where none is."""
    free = [column for column in contract.columns if column.name not in set(taken)]
    names = {name.casefold(): column.name for column in free for name in (column.name, *column.headers)}
    near = difflib.get_close_matches(title.strip().casefold(), names, n=1, cutoff=0.5)
    return names[near[0]] if near else None


def suggest_columns(titles: Iterable[str], contract: Contract) -> tuple[tuple[str, str], ...]:
    """Each title that the contract does not know, with the column that it may be; an empty text where none is."""
    titles = list(titles)
    taken = [name for name in map(contract.field_of, titles) if name]
    return tuple(
        (shown, (nearest_column(title, contract, taken) or "") if shown == show_header(title) else "")
        for title, shown in _unknown_titles(titles, contract)
    )


def _explain_missing(titles: list[str], contract: Contract, where: str) -> str:
    missing = missing_columns(titles, contract)
    unknown = {
        title.casefold(): shown
        for title, shown in _unknown_titles(titles, contract)
        if shown == show_header(title)
    }
    near = [
        repr(unknown[title])
        for name in missing
        for title in difflib.get_close_matches(name.casefold(), unknown, n=1, cutoff=0.5)
    ]
    hint = f" (nearest: {', '.join(dict.fromkeys(near))})" if near else ""
    plural = "s" if len(missing) > 1 else ""
    return (
        f"{where}the required column{plural} {', '.join(repr(name) for name in missing)} "
        f"of '{contract.title}' not found{hint}; ask the supplier for it, or add its header to the contract"
    )
