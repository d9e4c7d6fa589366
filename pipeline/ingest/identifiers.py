"""The gate: which columns of a delivery hold identifiers of people and must not come in.

By header: what announces a kind (victim_name, NHSNumber, dob, home postcode) is that kind, as many cells as are
filled, but for flags, hashes and withheld cells, parts of a postcode, years and months of birth, and coordinates
to two decimals or whole kilometres. A header that is or holds an identifier is a finding, and is not shown.

Footers and lines that are no rows are read as free text is, and block the file.

By cell, one is enough (in declared free text `hold_identifier` holds single rows back; a finding is only a column
that mostly holds identifiers):

| evidence | unless |
|---|---|
| e-mail, phone, postcode, NI number, spaced or named NHS number, UPN, registration | its neighbours have its build |
| house number and street | |
| pair of coordinates, grid reference, "DOB …", title and name | |
| given name and surname | the header speaks of places (area name, school): then half the cells |
| ten digits (NHS), eleven or twelve (phone, UPRN) that pass | its neighbours are numbers of nearly that length |
| old date, in figures or words | header or contract speak of dates |
| name in small letters or with marks (Khan-Aisha-19870312), where the surname is little else | the same as for names |

By column, where one cell says little. Chance may do it once in 10,000 columns; under a header of somebody's own
numbering (crime_id, ref) once in 1,000,000,000, but for numbers that begin as those that are given out:

| evidence | enough |
|---|---|
| all cells ten digits, or built as UPN | so many pass that chance is ruled out (four; nine references) |
| all cells ten digits that begin as NHS numbers do (4, 6, 7) | four references; two of anything else |
| all cells hold ten digits beside marks, letters or noughts (4121547284-0) | as for cells of ten digits |
| all cells phone numbers or UPRNs | the same; never under a header of numbering: a counter passes whole |
| given names, surnames, initials with surnames | five and half the cells; bare words eight, 70%, and no places |
| dates, most of them old, over thirty years, under a header of dates | no contract reads the column |
| nearly all cells dates of eight digits, some of them old | header or contract speak of dates |
| latitudes beside longitudes, four decimals | no contract reads the columns |

What chance does: numbers alike in their first five digits may be a counter's and count as one. Of four random
references that begin with 4, 6 or 7 all pass once in 14,641 columns; of two other random numbers both begin so and
pass once in 1,089.

A kind in the contract's `harmless_identifiers` is never a finding. Not seen: one bare given name among other words,
one date of birth in a column of dates, one name in a column of places, up to three NHS numbers and nothing else under
a header of references, one in a column of ten digits, one UPN that begins as the pseudonyms around it do, and a given
name with a surname where more than 20,000 cells of a block begin two words with capitals, no two cells alike.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Contract
from pipeline.ingest.delivered import show_header
from pipeline.ingest.identifier_counts import (
    CodeCount,
    ColumnCounts,
    count_column,
    hold_identifier,
)
from pipeline.ingest.identifier_counts import holds_identifier as holds_in_words
from pipeline.ingest.identifier_headers import (
    is_plain,
    names_a_date,
    names_a_place,
    names_a_reference,
    read_header_kind,
)
from pipeline.ingest.identifier_kinds import CODES, EMBEDDED, WORDS, Code, find_kinds, is_nhs_number
from pipeline.ingest.identifier_names import (
    holds_name,
    holds_spoken_name,
    holds_titled_name,
    is_bare_name,
    is_full_name,
    is_written_name,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Finding",
    "Observation",
    "hold_identifier",
    "holds_identifier",
    "judge",
    "observe",
    "observe_lines",
    "show_title",
]

# What stands in the place of a header where an identifier lies in no column.
LINES = "footers and lines that are no rows"
NOT_SHOWN = "[a title that is not shown]"
_DAY = re.compile(r"(?<!\d)(?:\d{1,2}[-. ]\d{1,2}[-. ]\d{4}|\d{4}[-. ]\d{1,2}[-. ]\d{1,2})(?!\d)")
# A number that may not be greater is an age or a percentage, never a date without its strokes.
OLDEST = 150
# Up to this share of a column's cells stands something among other things.
STRAY = 0.05
# How rarely chance alone may look like a column of identifiers: in any column, in somebody's numbering, and where a
# few numbers under a header that says nothing are all of a range that is given out.
BY_CHANCE, BY_CHANCE_IN_REFERENCES, BY_CHANCE_FEW = 1e-4, 1e-9, 1e-3


@dataclass(frozen=True)
class Finding:
    """A column that holds identifiers: its header as it may be shown, the kind in words, and how many cells."""

    header: str
    kind: str
    cell_count: int


@dataclass(frozen=True)
class Observation:
    """What one block of a delivery showed, column by column: counts, no cells."""

    columns: tuple[ColumnCounts, ...]
    # Footers, and lines that are no rows, in which an identifier stands; of these, the ones where it is but a number.
    held_lines: int = 0
    numbered_lines: int = 0


def observe(header: tuple[str, ...], cells: pa.Table, contract: Contract) -> Observation:
    """What one block of a delivery shows; the columns of `cells` stand in the order of the header."""
    known = {column.name: column for column in contract.columns}
    counted = []
    for index, name in enumerate(header):
        column = known.get(contract.field_of(name) or "")
        data_type, is_free_text = (column.data_type, column.is_free_text) if column else ("", False)
        data_type = "age" if column and _holds_ages(column) else data_type
        kind = read_header_kind(name)
        # No need to count what the publisher has made harmless: a map's millions of points.
        kind = "" if kind in contract.harmless_identifiers else kind
        counted.append(count_column(cells.column(index), kind, data_type, is_free_text))
    return Observation(tuple(counted))


def _holds_ages(column: Column) -> bool:
    return column.reads == "age" or (column.maximum is not None and column.maximum <= OLDEST)


def observe_lines(seen: Observation, lines: Iterable[str]) -> Observation:
    """What a block shows, its footers and the lines that are no rows included: read as free text is."""
    lines = [line for line in lines if holds_in_words(line)]
    numbered = sum(not holds_in_words(line, with_numbers=False) for line in lines)
    return replace(seen, held_lines=len(lines), numbered_lines=numbered)


def holds_identifier(text: str) -> bool:
    """Whether a short text from outside, such as a file's name, holds an identifier or a person's name."""
    text = text.replace("_", " ")
    # Days and months are no telephone numbers; small words and numbers are no car's.
    text = _DAY.sub(" ", text)
    kinds = find_kinds(text) - {"vehicle_registration"}
    # Numbers that begin with 1 or 2 are times.
    has_number = any(is_nhs_number(number) for number in re.findall(r"(?<!\d)[3-9]\d{9}(?!\d)", text))
    words = re.sub(r"\.[a-z\d]{1,8}(?:\.gz)?$|\d", " ", text)
    words = " ".join(re.split(r"[\s.,;()-]+", words))
    return bool(kinds) or has_number or holds_name(words) or holds_spoken_name(words)


def judge(
    header: tuple[str, ...], observations: Iterable[Observation], contract: Contract
) -> tuple[Finding, ...]:
    """What must not be kept, by column; empty where the delivery may come in."""
    blocks = tuple(observations)
    columns = [[block.columns[index] for block in blocks] for index in range(len(header))]
    found: dict[tuple[int, str], int] = {}
    for index, (name, counts) in enumerate(zip(header, columns, strict=True)):
        is_known = contract.field_of(name) is not None
        for kind, count in (*_judge_header(name, counts, is_known), *_judge_cells(name, counts, contract)):
            found.setdefault((index, kind), count)
    for index, count in _judge_pairs(header, columns, contract):
        found.setdefault((index, "coordinates"), count)
    lines = sum(block.held_lines for block in blocks)
    if any(_count_shaped(column) > 1 for column in columns):
        # The file has numbers of ten digits of its own: one alone in a line may be one of them.
        lines -= sum(block.numbered_lines for block in blocks)
    others = (Finding(LINES, "identifiers", lines),) if lines else ()
    return others + tuple(
        Finding(_show(header[index], index, contract), WORDS[kind], count)
        for (index, kind), count in found.items()
        if kind not in contract.harmless_identifiers
    )


def _count_shaped(blocks: Sequence[ColumnCounts]) -> int:
    return sum(counts.codes.get("nhs_number", CodeCount()).shaped for counts in blocks)


def _judge_header(header: str, blocks: Sequence[ColumnCounts], is_known: bool) -> Iterator[tuple[str, int]]:
    """What the header announces, where cells bear it out; and what the header itself is, where it is a cell."""
    announced = sum(counts.under_header for counts in blocks)
    if announced:
        yield read_header_kind(header), announced
    if is_known:
        return
    for kind in sorted(_read_as_cell(header) | _read_in_header(header)):
        yield kind, 1 + sum(counts.certain[kind] for counts in blocks)


def _judge_cells(
    header: str, blocks: Sequence[ColumnCounts], contract: Contract
) -> Iterator[tuple[str, int]]:
    column = next((each for each in contract.columns if each.name == contract.field_of(header)), None)
    cells = sum(counts.cells for counts in blocks)
    if column and column.is_free_text:
        held = sum(counts.held for counts in blocks)
        if held > cells / 2:
            yield "free_text", held
        return
    for kind, count in sum((counts.certain for counts in blocks), Counter()).items():
        yield kind, count
    for code in CODES:
        counts = [each.codes.get(code.kind, CodeCount()) for each in blocks]
        is_reference = names_a_reference(header) or bool(column and column.is_key)
        # A few references in a column that is mostly blank are still a column of references.
        among = cells if is_reference else sum(each.rows for each in blocks)
        if _is_code(code, counts, among, is_reference):
            is_stray = sum(each.shaped for each in counts) <= STRAY * among
            yield code.kind, sum(each.passing_cells if is_stray else each.shaped for each in counts)
    embedded = [each.codes.get(EMBEDDED.kind, CodeCount()) for each in blocks]
    is_reference = names_a_reference(header) or bool(column and column.is_key)
    if _is_column(EMBEDDED, embedded, is_reference):
        yield "nhs_number", sum(each.shaped for each in embedded)
    yield from _judge_names(header, blocks, cells)
    is_date = bool(column and column.data_type in ("date", "timestamp"))
    if not is_date and (count := _count_births(header, blocks, cells, is_read=column is not None)):
        yield "date_of_birth", count


def _is_code(code: Code, blocks: Sequence[CodeCount], among: int, is_reference: bool) -> bool:
    """Whether cells of a code's shape are codes of the kind: by how many pass, and by what stands around them."""
    shaped, passing, neighbours = (
        sum(getattr(each, name) for each in blocks) for name in ("shaped", "passing", "neighbours")
    )
    if any(each.strays for each in blocks):
        return True
    if not passing:
        return False
    if neighbours > shaped:
        # A block's different cells: one number that stands in every block is one number.
        fullest = max(blocks, key=lambda each: each.looked_at)
        odds = fullest.looked_at + fullest.neighbours
        return _tail(fullest.passing, odds, code.stray_chance) < BY_CHANCE_IN_REFERENCES
    if shaped <= STRAY * among:
        return neighbours <= passing
    return not (is_reference and code.can_be_reference) and _is_column(code, blocks, is_reference)


def _is_column(code: Code, blocks: Sequence[CodeCount], is_reference: bool) -> bool:
    """Whether so many of a column's different numbers pass that it is not by chance."""
    fullest = max(blocks, key=lambda each: each.looked_at)
    limit = BY_CHANCE_IN_REFERENCES if is_reference else BY_CHANCE
    if _is_beyond_chance(fullest.passing, fullest.looked_at, code.chance, limit):
        return True
    # Somebody's references may all begin like what is given out; other numbers have no reason to.
    chance, limit = (
        (code.chance, BY_CHANCE) if is_reference else (code.chance * code.issued_share, BY_CHANCE_FEW)
    )
    return _is_beyond_chance(fullest.passing_groups, fullest.groups, chance, limit)


def _is_beyond_chance(hits: int, trials: int, chance: float, limit: float) -> bool:
    return hits > 0 and 2 * hits >= trials and _tail(hits, trials, chance) < limit


def _tail(hits: int, trials: int, chance: float) -> float:
    """How likely so many hits or more are by chance (Chernoff's bound, which is never too low)."""
    share = hits / trials
    if share <= chance:
        return 1.0
    if chance == 0:
        return 0.0
    divergence = share * math.log(share / chance)
    divergence += (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0
    return math.exp(-trials * divergence)


def _judge_names(header: str, blocks: Sequence[ColumnCounts], cells: int) -> Iterator[tuple[str, int]]:
    fullest = max((counts.names for counts in blocks), key=lambda each: each.looked_at)
    full_cells = sum(counts.names.full_cells for counts in blocks)
    is_place = names_a_place(header)
    if full_cells and (not is_place or (fullest.full >= 5 and fullest.full >= fullest.looked_at / 2)):
        yield "name", full_cells
    elif fullest.initialled + fullest.full >= max(5, fullest.looked_at / 2) or (
        not is_place and fullest.bare >= max(8, 0.7 * fullest.looked_at)
    ):
        yield "name", cells


def _count_births(header: str, blocks: Sequence[ColumnCounts], cells: int, is_read: bool) -> int:
    """The cells that are dates of birth, or 0."""
    dates, old = sum(counts.dates for counts in blocks), sum(counts.old_dates for counts in blocks)
    if not names_a_date(header):
        return old
    years = sorted(sum((counts.years for counts in blocks), Counter()).elements())
    if is_read or dates < 0.8 * cells or len(years) < 5:
        return 0
    # Historic offences reach as far back, but most are of late.
    is_spread = years[-1] - years[0] >= 30 and years[len(years) // 2] <= years[-1] - 15
    return dates if is_spread else 0


def _judge_pairs(
    header: tuple[str, ...], columns: Sequence[Sequence[ColumnCounts]], contract: Contract
) -> Iterator[tuple[int, int]]:
    """Unread columns that are latitudes and longitudes of Great Britain, side by side."""
    for index in range(len(header) - 1):
        for first, second in ((index, index + 1), (index + 1, index)):
            looked_at = min(sum(each.degrees_looked_at for each in columns[at]) for at in (first, second))
            latitudes = sum(each.latitudes for each in columns[first])
            longitudes = sum(each.longitudes for each in columns[second])
            if looked_at >= 5 and min(latitudes, longitudes) >= 0.95 * looked_at:
                for at in (first, second):
                    yield at, sum(each.cells for each in columns[at])


def _read_as_cell(header: str) -> set[str]:
    """The kinds of identifier that a header itself is: the first line of a file without one."""
    cell = header.strip()
    is_name = is_full_name(cell) or is_written_name(cell) or holds_titled_name(header)
    return find_kinds(header) | ({"name"} if is_name else set())


def _read_in_header(header: str) -> set[str]:
    """The kinds of identifier that stand among a header's other words."""
    words = header.replace("_", " ")
    is_number = any(is_nhs_number(number) for number in re.findall(r"(?<!\d)\d{10}(?!\d)", words))
    has_name = holds_name(words) or holds_spoken_name(words)
    return find_kinds(words) | {
        kind for kind, is_held in (("nhs_number", is_number), ("name", has_name)) if is_held
    }


def _show(header: str, index: int, contract: Contract) -> str:
    """The supplier's header, or its place where it may be a person's cell."""
    shown = header.strip()
    if contract.field_of(shown) is not None or read_header_kind(shown):
        return shown
    return f"column {index + 1}" if _is_of_a_person(shown) or not is_plain(shown) else shown


def show_title(title: str) -> str:
    """The title of a column or a sheet as it may be shown: some suppliers keep a sheet for each person."""
    return NOT_SHOWN if _is_of_a_person(title.strip()) else show_header(title)


def _is_of_a_person(title: str) -> bool:
    is_cell = bool(_read_as_cell(title) | _read_in_header(title)) or is_bare_name(title)
    return is_cell or re.search(r"\d{5}|@", title) is not None
