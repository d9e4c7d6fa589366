"""Where the header stands, and which column of the contract each title names."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from pipeline.contracts import Column, Contract
from pipeline.ingest.delivered import Refused, show_header
from pipeline.ingest.identifier_headers import is_plain, split_header
from pipeline.ingest.identifiers import show_title

SEARCH_ROWS = 20
MAXIMUM_COLUMNS = 1_000
JOINING_WORDS = frozenset(str.split("of the at in by for to a an and or on from"))
COMMON_WORDS = frozenset(
    str.split(
        "code date id number no name type flag count total group category ref note crime victim suspect"
    )
)


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


def check_repeated(titles: list[str], where: str = "") -> None:
    """Refuses a header in which a title stands twice, though the contract reads neither: one may be meant."""
    seen: dict[str, int] = {}
    for number, title in enumerate(titles, start=1):
        folded = title.strip().casefold()
        if folded and folded in seen:
            raise Refused(f"{where}columns {seen[folded]} and {number} have the same title: ask the supplier which "
                          "one is meant, or for titles that differ")  # fmt: skip
        seen[folded] = number


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
    likeness = {column.name: _likeness_to(column, title) for column in free}
    best = max(likeness, key=lambda name: likeness[name], default=None)
    return best if best and likeness[best] else None


def _likeness_to(column: Column, title: str) -> float:
    return max(_likeness(title, known) for known in (column.name, *column.headers))


def _likeness(first: str, second: str) -> float:
    """How alike two headers are, from 0 to 1: by their words, in any order, or nearly letter by letter; else 0.

    Numbers in both must be the same. A word that stands in every second header (`code`) proves nothing.
    """
    one, other = _words_of(first), _words_of(second)
    numbers = [{word for word in words if word.isdigit()} for words in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return 0.0
    letters = difflib.SequenceMatcher(None, "".join(one), "".join(other))
    common = [COMMON_WORDS.intersection(words) for words in (one, other)]
    # A date is no flag; where one of the two does not say what it is, it may be either.
    if not all(common) or common[0] & common[1]:
        one, other = ([word for word in words if word not in COMMON_WORDS] for words in (one, other))
    shared = [word for word in set(one) if any(_is_near(word, each) for each in other)]
    by_words = 2 * len(shared) / max(len({*one}) + len({*other}), 1)
    if by_words >= 0.6 and not all(word.isdigit() or word in COMMON_WORDS for word in shared):
        return max(by_words, letters.ratio())
    return letters.ratio() if letters.quick_ratio() >= 0.9 and letters.ratio() >= 0.9 else 0.0


@lru_cache(10_000)
def _words_of(header: str) -> list[str]:
    """The words of a header and its numbers, without those that only join."""
    return [
        word
        for words in split_header(header)
        for word in re.findall(r"\d+|[^\W\d_]+", words)
        if word not in JOINING_WORDS
    ]


def _is_near(word: str, other: str) -> bool:
    """Whether two words are one: equal, or `recorded` and `record`."""
    is_long = min(len(word), len(other)) >= 4 and word[0] == other[0]
    return word == other or (is_long and difflib.SequenceMatcher(None, word, other).ratio() >= 0.8)


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
    unknown = [
        (title, shown) for title, shown in _unknown_titles(titles, contract) if shown == show_header(title)
    ]
    near = []
    for column in contract.required:
        likeness = {shown: _likeness_to(column, title) for title, shown in unknown}
        best = max(likeness, key=lambda shown: likeness[shown], default="")
        if column.headers[0] in missing and best and likeness[best]:
            near.append(repr(best))
    hint = f" (nearest: {', '.join(dict.fromkeys(near))})" if near else ""
    plural = "s" if len(missing) > 1 else ""
    return (
        f"{where}the required column{plural} {', '.join(repr(name) for name in missing)} "
        f"of '{contract.title}' not found{hint}; ask the supplier for it, or add its header to the contract"
    )
