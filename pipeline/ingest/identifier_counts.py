"""One block of one column → counts of what could be an identifier; no cell's text is kept.

Cells are sorted out byte by byte in NumPy, which lets two threads work at once: dates by their separators,
tokens by their length and shape, and only what is left is looked at as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pipeline.ingest import identifier_names as names
from pipeline.ingest.identifier_kinds import (
    CODES,
    EMBEDDED,
    PLAIN,
    SUSPECT,
    Code,
    find_embedded,
    find_kinds,
    holds_bare_number,
)

if TYPE_CHECKING:
    import pyarrow as pa

Positions = npt.NDArray[np.int64]
Weights = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

# How many cells of a block the slow checks look at, evenly spread where there are more; of the others, those that
# hold what can be little else are looked at all the same.
LOOKED_AT = 2_000
SUSPECTS = 20_000
FEW = 500
# Up to this share of a column's codes may begin otherwise than the others and still be strays.
STRAYS = 0.05
# From this share of a column's cells on, numbers of eight digits that could be dates are dates.
MOSTLY = 0.8
SHORT = 10_000
# Below this share of different cells a column is cheaper to look at by its different cells.
REPEATED = 0.5
# A date that stands among other things may be a mangled code of this year; a birth is older.
OLD_YEAR = 2016

_WITHHELD = re.compile(
    r"y|n|yes|no|true|false|[01]|[-.*x:~]+|n/?a|na|null|none|nil|nan|[czuk]|[0-9a-f]{16,}"
    r"|\W*(?:un|not )?(?:known|recorded|available|applicable|provided|stated|given|disclosed|withheld|removed"
    r"|redacted|suppressed|anonymised|pseudonymised|anon|masked|hidden|blank|refused)\W*",
    re.IGNORECASE,
)
# What may stand under a header of the kind without pointing at anybody.
_HARMLESS = {
    "postcode": re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?: ?\d)?(?: ?[*X]{1,3})?", re.IGNORECASE),
    "coordinates": re.compile(r"-?\d{1,3}(?:\.\d{1,2})?|\d{2,4}000(?:\.0+)?"),
    "date_of_birth": re.compile(r"\d{4}(?:[-/]\d{2,4})?|\d{1,2}[-/]\d{4}|[A-Za-z]{3,9}[- ]\d{2,4}"),
}
_TITLE = r"\b(?:Mr|Mrs|Miss|Ms|Mx|Dr|MR|MRS|MISS|MX|MS|DR)\b"
_CERTAIN = f"{SUSPECT}|{_TITLE}"
_HELD = f"{_CERTAIN}|{names.TWO_CAPITALS}|{names.TELLING}|{names.TOLD}"
# The handle of somebody's account, in running text.
_HANDLE = r"(?:^|[^\w.@])@[A-Za-z_]\w{2,}"
# What is no date byte by byte: 12 Mar 1987, 1/3/1987.
_WRITTEN_DATE = (
    r"^(?:\d{1,2}(?:st|nd|rd|th)?[-/. ](?:\d{1,2}[-/. ]\d{4}|[A-Za-z]{3,9}[-/. ,]{1,2}(?:\d{4}|\d{2}))"
    r"|\d{1,2}/\d{1,2}/\d{2})(?:[ T]\d{1,2}:.*)?$"
)
_LATITUDE = r"^(?:49\.[89]|5\d\.\d|60\.[0-8])\d{3,}$"
_LONGITUDE = r"^(?:-[0-8]|0|1)\.\d{4,}$"


@dataclass(frozen=True)
class CodeCount:
    """Cells of a code's shape, different ones looked at, those that pass, and cells of nearly that build."""

    shaped: int = 0
    looked_at: int = 0
    passing: int = 0
    passing_cells: int = 0
    neighbours: int = 0
    # Of the different cells, those alike in their first characters taken as one: how many there are, and how many
    # of which each one passes and is of a range that is given out.
    groups: int = 0
    passing_groups: int = 0
    # Cells that pass and begin as hardly another does.
    strays: int = 0


@dataclass(frozen=True)
class NameCount:
    """Different cells looked at for names, and what they were."""

    looked_at: int = 0
    full: int = 0
    full_cells: int = 0
    initialled: int = 0
    bare: int = 0


@dataclass(frozen=True)
class ColumnCounts:
    """What one block showed of one column."""

    rows: int = 0
    # Of these, the ones that are not blank.
    cells: int = 0
    # Cells that mean what the header says, if it announces an identifier.
    under_header: int = 0
    # Kind → cells that hold one which can be little else.
    certain: Counter[str] = field(default_factory=Counter)
    codes: dict[str, CodeCount] = field(default_factory=dict)
    names: NameCount = field(default_factory=NameCount)
    dates: int = 0
    old_dates: int = 0
    # Year → dates of a sample.
    years: Counter[int] = field(default_factory=Counter)
    # Cells of a sample that could be half of a pair of coordinates.
    degrees_looked_at: int = 0
    latitudes: int = 0
    longitudes: int = 0
    # Free text: the cells that `hold_identifier` would hold back.
    held: int = 0


def count_column(cells: pa.ChunkedArray, kind: str, data_type: str, is_free_text: bool) -> ColumnCounts:
    """What a block shows of a column of this data type (an empty text: no contract reads it).

    `kind` is what its header announces, or an empty text.
    """
    values, weights = _weigh(cells)
    if data_type == "blob" or not len(values):
        return ColumnCounts(len(cells))
    under_header = _count_under_header(values, weights, kind) if kind else 0
    if is_free_text:
        held = hold_identifier(values).to_numpy(zero_copy_only=False)
        return ColumnCounts(len(cells), int(weights.sum()), under_header, held=int(weights[held].sum()))
    data, starts, lengths = _split(values)
    is_date = _find_dates(data, starts, lengths)
    is_text = _find_texts(data, starts, lengths, is_date)
    texts, weights_of_texts = _take_texts(values, is_text), weights[is_text]
    # The dates of a column of dates, which a contract reads, are what it says.
    is_calendar = data_type in ("date", "timestamp")
    is_told = is_date if is_calendar else is_date | _find_other_dates(values, weights, is_text, data_type)
    old_dates, years = (
        (0, Counter[int]()) if is_calendar else _count_years(values, weights, np.flatnonzero(is_told))
    )
    looked_at, latitudes, longitudes = (0, 0, 0) if data_type else _count_degrees(values)
    return ColumnCounts(
        rows=len(cells),
        cells=int(weights.sum()),
        under_header=under_header,
        certain=_count_certain(texts, weights_of_texts),
        codes={
            **_count_codes(values, weights, ~(is_text | is_date)),
            **_count_embedded(values, weights, np.flatnonzero(~is_date & (lengths > 10) & (lengths < 60))),
        },
        names=_count_names(values, texts, weights_of_texts),
        dates=int(weights[is_told].sum()),
        old_dates=old_dates,
        years=years,
        degrees_looked_at=looked_at,
        latitudes=latitudes,
        longitudes=longitudes,
    )


def hold_identifier(cells: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """For a free-text column: which cells hold an identifier, names in running text included."""
    import pyarrow as pa

    array = _join(cells)
    if pa.types.is_dictionary(array.type):
        return hold_identifier(array.dictionary).take(array.indices)
    array = _with_plain_blanks(array)
    held = np.zeros(len(array), dtype=bool)
    for position in np.flatnonzero(_search(array, f"{_HELD}|{_HANDLE}")):
        held[position] = holds_identifier(array[int(position)].as_py())
    return pa.array(held)


def holds_identifier(text: str, with_numbers: bool = True) -> bool:
    """Whether running text holds an identifier, a name, or the handle of an account.

    Ten digits that are called nothing count only `with_numbers`.
    """
    return (
        bool(find_kinds(text))
        or (with_numbers and holds_bare_number(text))
        or names.holds_name(text)
        or names.holds_spoken_name(text)
        or re.search(_HANDLE, text) is not None
    )


def _join(cells: pa.Array | pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    if not isinstance(cells, pa.ChunkedArray):
        return cells
    if pa.types.is_dictionary(cells.type):
        cells = cells.unify_dictionaries()
    return cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()


def _weigh(cells: pa.ChunkedArray) -> tuple[pa.StringArray, Weights]:
    """The cells that are not blank, and how often each stands there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = _join(cells)
    if pa.types.is_string(array.type):
        array = _with_plain_blanks(array)
        sample = array.take(_spread(np.arange(len(array)), LOOKED_AT))
        if len(pc.unique(sample)) < REPEATED * len(sample):
            array = array.dictionary_encode()
    if pa.types.is_dictionary(array.type):
        values = _with_plain_blanks(array.dictionary)
        weights = np.bincount(array.indices.to_numpy(), minlength=len(values)).astype(np.int64)
    else:
        values, weights = array, np.ones(len(array), dtype=np.int64)
    data, starts, lengths = _split(values)
    filled = lengths > 0
    if not filled.all():
        starts, lengths = starts[filled], lengths[filled]
    first, last = data[starts], data[starts + lengths - 1]
    # Spaces around a cell, and Excel's apostrophe before a number.
    if (first <= 39).any() or (last <= 39).any():
        values = pc.utf8_trim(values, characters=" \t\r\n'\"")
        filled = _split(values)[2] > 0
    used = filled & (weights > 0)
    return (values, weights) if used.all() else (values.filter(pa.array(used)), weights[used])


def _split(values: pa.StringArray) -> tuple[Bytes, Positions, Positions]:
    """The bytes of all cells, where each cell starts, and how long it is."""
    _, offsets, data = values.buffers()
    if not len(values):
        return np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    ends = np.frombuffer(offsets, dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    text = np.zeros(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    return text, ends[:-1].astype(np.int64), np.diff(ends).astype(np.int64)


def _is_digit(data: Bytes) -> Mask:
    # Below "0" an unsigned byte wraps round.
    return data - np.uint8(48) <= 9


def _is_letter(data: Bytes) -> Mask:
    return (data | np.uint8(32)) - np.uint8(97) <= 25


def _is_dash(data: Bytes) -> Mask:
    return data - np.uint8(45) <= 2


_CLASSES = {"9": _is_digit, "A": _is_letter, "X": lambda data: _is_digit(data) | _is_letter(data)}
_LETTERS_AND_DIGITS = bytes(byte for byte in range(128) if chr(byte).isalnum())
# For bytes.translate: 1 where a byte is a mark, a decimal point, or nothing that a number has.
_MARKS = bytes(byte not in _LETTERS_AND_DIGITS for byte in range(256))
_POINTS = bytes(byte == ord(".") for byte in range(256))
_NO_NUMBER = bytes(byte not in b"0123456789." for byte in range(256))
_DATE_LENGTHS = (8, 10, 16, 19, 20)


def _find_dates(data: Bytes, starts: Positions, lengths: Positions) -> Mask:
    """Which cells are built as dates, with or without a time: 2024-03-01, 01/03/2024 10:15, 01/03/24."""
    is_date = np.zeros(len(starts), dtype=bool)
    for length in _DATE_LENGTHS:
        at = np.flatnonzero(lengths == length)
        begin = starts[at]
        # Eight characters are 01/03/24; after "2024-03-" the cell is at its end.
        for first, second in ((4, 7), (2, 5)) if length > 8 else ((2, 5),):
            separator = data[begin + second]
            hits = _is_dash(separator) & (data[begin + first] == separator)
            if hits.any():
                for digit in (0, second - 1, second + 1, length - 2):
                    hits &= _is_digit(data[begin + digit])
                is_date[at[hits]] = True
    return is_date


def _find_texts(data: Bytes, starts: Positions, lengths: Positions, is_date: Mask) -> Mask:
    """Which cells hold anything but letters and digits, dates and plain numbers aside, or say NHS before a number."""
    if is_date.all():
        return ~is_date
    first = int(starts[0])
    begins = starts - first
    whole = data[first : int(starts[-1] + lengths[-1])].tobytes()
    if not whole.translate(None, _LETTERS_AND_DIGITS):
        return _is_labelled(data, starts, lengths)
    is_text = np.logical_or.reduceat(np.frombuffer(whole.translate(_MARKS), dtype=bool), begins)
    points = np.add.reduceat(np.frombuffer(whole.translate(_POINTS), dtype=np.uint8), begins, dtype=np.int32)
    others = np.frombuffer(bytearray(whole.translate(_NO_NUMBER)), dtype=bool)
    others[begins[data[starts] == ord("-")]] = False
    is_number = (points <= 1) & ~np.logical_or.reduceat(others, begins)
    return (is_text & ~is_date & ~is_number) | _is_labelled(data, starts, lengths)


def _is_labelled(data: Bytes, starts: Positions, lengths: Positions) -> Mask:
    is_labelled = np.zeros(len(starts), dtype=bool)
    at = np.flatnonzero(lengths == 13)
    at = _match_shape(data, starts, at, "AAA9999999999")
    for offset, letter in enumerate(b"nhs"):
        at = at[data[starts[at] + offset] | 32 == letter]
    is_labelled[at] = True
    return is_labelled


def _take_texts(values: pa.StringArray, is_text: Mask) -> pa.StringArray:
    import pyarrow as pa

    return values.filter(pa.array(is_text))


def _with_plain_blanks(cells: pa.StringArray) -> pa.StringArray:
    """The cells with plain blanks, dashes and digits for those of other programs, which RE2 takes for letters."""
    import pyarrow.compute as pc

    data = _split(cells)[0]
    # C2 A0 is the no-break space; the other blanks and the wide digits begin with E2, E3 or EF.
    if (data >= 0xE2).any():
        cells = pc.utf8_normalize(cells, form="NFKC")
        cells = pc.replace_substring_regex(cells, "[\u200b-\u200f\u2060\ufeff]", "")
        return pc.replace_substring_regex(cells, "[\u2010-\u2015\u2212]", "-")
    return pc.replace_substring(cells, "\u00a0", " ") if (data == 0xA0).any() else cells


def _match_shape(data: Bytes, starts: Positions, at: Positions, shape: str) -> Positions:
    for offset, character in enumerate(shape):
        if not len(at):
            break
        found = data[starts[at] + offset]
        hits = _CLASSES[character](found) if character in _CLASSES else found == ord(character)
        at = at if hits.all() else at[hits]
    return at


def _search(cells: pa.StringArray, pattern: str) -> Mask:
    """Which cells hold the pattern, which must mean the same to Python and RE2."""
    import pyarrow.compute as pc

    # RE2 is compiled anew each time: for a few short cells that costs more than it saves. Python's time grows with
    # the square of a word's length, RE2's does not.
    if len(cells) < FEW and cells.nbytes < SHORT:
        search = re.compile(pattern).search
        return np.fromiter(
            (search(cell) is not None for cell in cells.to_pylist()), dtype=bool, count=len(cells)
        )
    return pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False)


def _spread(positions: Positions, limit: int) -> Positions:
    """At most so many of the positions, evenly spread."""
    if len(positions) <= limit:
        return positions
    return positions[np.linspace(0, len(positions) - 1, limit).astype(np.int64)]


def _count_under_header(values: pa.StringArray, weights: Weights, kind: str) -> int:
    harmless = _HARMLESS.get(kind, _WITHHELD)
    return sum(
        int(weight)
        for cell, weight in zip(values.to_pylist(), weights, strict=True)
        if not _WITHHELD.fullmatch(cell) and not harmless.fullmatch(cell)
    )


def _count_certain(texts: pa.StringArray, weights: Weights) -> Counter[str]:
    """Kind → cells. Where suspects are many, some are looked at closely, and the rest for the kinds not yet found."""
    found: Counter[str] = Counter()
    if not len(texts):
        return found
    suspects = np.flatnonzero(_search(texts, _CERTAIN))
    looked_at = _spread(suspects, SUSPECTS)
    for position in looked_at:
        for kind in _read_kinds(texts[int(position)].as_py()):
            found[kind] += int(weights[position])
    rest = np.setdiff1d(suspects, looked_at, assume_unique=True)
    if len(rest):
        cells = texts.take(rest)
        for kind, pattern in {**PLAIN, "name": _TITLE}.items():
            if kind not in found:
                for position in np.flatnonzero(_search(cells, pattern)):
                    found[kind] += int(weights[rest[position]]) * (
                        kind in _read_kinds(cells[int(position)].as_py())
                    )
    return +found


def _read_kinds(text: str) -> set[str]:
    return find_kinds(text) | ({"name"} if names.holds_titled_name(text) else set())


def _count_codes(values: pa.StringArray, weights: Weights, is_token: Mask) -> dict[str, CodeCount]:
    data, starts, lengths = _split(values)
    by_length = {
        int(length): np.flatnonzero(is_token & (lengths == length))
        for length in np.flatnonzero(np.bincount(np.minimum(lengths, 14)))
        if 5 <= length <= 13
    }
    found = {}
    for code in CODES:
        shaped = [
            _match_shape(data, starts, by_length[len(shape)], shape)
            for shape in code.shapes
            if len(shape) in by_length
        ]
        at = np.unique(np.concatenate(shaped)) if shaped else np.zeros(0, dtype=np.int64)
        if len(at):
            found[code.kind] = _check_code(code, values, weights, at, by_length)
    return found


def _count_embedded(values: pa.StringArray, weights: Weights, at: Positions) -> dict[str, CodeCount]:
    """Of cells longer than ten characters, those of a sample that hold ten digits and no other long number."""
    import pyarrow.compute as pc

    looked_at = _spread(at, LOOKED_AT)
    cells = values.take(looked_at)
    has_digits = pc.match_substring_regex(cells, r"\d{10}").to_numpy(zero_copy_only=False)
    numbers: Counter[str] = Counter()
    for position in np.flatnonzero(has_digits):
        if number := find_embedded(cells[int(position)].as_py()):
            numbers[number] += int(weights[looked_at[position]])
    if not numbers:
        return {}
    passing = [number for number in numbers if EMBEDDED.is_valid(number)]
    groups, passing_groups = _count_groups(EMBEDDED, numbers, passing)
    return {
        EMBEDDED.kind: CodeCount(
            shaped=int(sum(numbers.values()) * len(at) / len(looked_at)),
            looked_at=len(numbers),
            passing=len(passing),
            passing_cells=sum(numbers[number] for number in passing),
            groups=groups,
            passing_groups=passing_groups,
        )
    }


def _check_code(
    code: Code, values: pa.StringArray, weights: Weights, at: Positions, by_length: dict[int, Positions]
) -> CodeCount:
    looked_at: Counter[str] = Counter()
    # Without a check digit a cell's shape is all there is, and soon looked at.
    sample = _spread(at, LOOKED_AT if code.chance else SUSPECTS)
    for cell, weight in zip(values.take(sample).to_pylist(), weights[sample], strict=True):
        looked_at[cell] += int(weight)
    passing = [cell for cell in looked_at if code.is_valid(cell)]
    data, starts, _ = _split(values)
    strays = _count_strays(code, values, weights, at, data, starts)
    if not passing:
        return CodeCount(int(weights[at].sum()), len(looked_at), strays=strays)
    groups, passing_groups = _count_groups(code, looked_at, passing)
    if code.neighbours:
        near = [
            _match_shape(data, starts, by_length[len(shape)], shape)
            for shape in code.neighbours
            if len(shape) in by_length
        ]
    else:
        near = [
            cells[_is_mixed(data, starts[cells], length)]
            for length, cells in by_length.items()
            if length in map(len, code.shapes)
        ]
    alike = np.setdiff1d(np.concatenate(near), at) if near else np.zeros(0, dtype=np.int64)
    if code.shapes[0][0] == "A":
        # Somebody's own codes mostly begin with one letter; what begins with another is not one of them.
        initials = {ord(cell[0].casefold()) for cell in passing}
        alike = alike[np.isin(data[starts[alike]] | 32, list(initials))]
    return CodeCount(
        shaped=int(weights[at].sum()),
        looked_at=len(looked_at),
        passing=len(passing),
        passing_cells=sum(looked_at[cell] for cell in passing),
        neighbours=int(weights[alike].sum()),
        groups=groups,
        passing_groups=passing_groups,
        strays=strays,
    )


def _count_groups(code: Code, cells: Iterable[str], passing: Iterable[str]) -> tuple[int, int]:
    """How many groups of cells that begin alike there are, and of how many every one could have been given out."""
    if not code.issued:
        return 0, 0
    good, is_issued = set(passing), re.compile(code.issued)
    groups: dict[str, bool] = {}
    for cell in cells:
        begin = cell[: code.alike]
        groups[begin] = groups.get(begin, True) and cell in good and bool(is_issued.match(cell))
    return len(groups), sum(groups.values())


def _count_strays(
    code: Code, values: pa.StringArray, weights: Weights, at: Positions, data: Bytes, starts: Positions
) -> int:
    """The cells that pass and begin otherwise than nearly all: one of the kind among somebody's own codes.

    None where most that begin otherwise do not pass: then it was chance.
    """
    for length in code.stray_starts:
        # The first characters as one number.
        begins = data[starts[at][:, None] + np.arange(length)].astype(np.int64) @ 256 ** np.arange(length)
        starting, counts = np.unique(begins, return_counts=True)
        outside = at[begins != starting[np.argmax(counts)]]
        if 0 < len(outside) <= STRAYS * len(at):
            good = [position for position in outside if code.is_valid(values[int(position)].as_py())]
            if 2 * len(good) >= len(outside):
                return int(weights[good].sum())
    return 0


def _is_mixed(data: Bytes, starts: Positions, length: int) -> Mask:
    """Which tokens of this length have digits and letters: words are no neighbours of codes."""
    tokens = data[starts[:, None] + np.arange(length)]
    return np.logical_and(_is_digit(tokens).any(axis=1), _is_letter(tokens).any(axis=1))


def _count_names(values: pa.StringArray, texts: pa.StringArray, weights: Weights) -> NameCount:
    import pyarrow.compute as pc

    full = initialled = full_cells = 0
    if len(texts):
        for position in _spread(np.flatnonzero(_search(texts, names.TWO_CAPITALS)), SUSPECTS):
            cell = texts[int(position)].as_py()
            if names.is_full_name(cell) or (cell.count(" ") >= 3 and names.holds_name(cell)):
                full += 1
                full_cells += int(weights[position])
            initialled += names.is_initialled_name(cell)
        for position in _spread(np.flatnonzero(_search(texts, names.WRITTEN)), LOOKED_AT):
            cell = texts[int(position)].as_py()
            if not names.is_full_name(cell):
                is_written = names.is_written_name(cell)
                full += is_written
                full_cells += int(weights[position]) * is_written
                initialled += not is_written and names.is_lower_name(cell)
    taken = values.take(_spread(np.arange(len(values)), LOOKED_AT))
    sample = taken.unique()
    dated = taken.filter(pc.match_substring_regex(taken, r"^\D\D\D.*\d\d\d\d\d\d$"))
    named = sum(names.is_dated_name(cell) for cell in dated.to_pylist())
    full, full_cells = full + named, full_cells + named
    # No name has a digit in it, and most cells that are not blank have.
    wordlike = sample.filter(pc.invert(pc.match_substring_regex(sample, r"\d")))
    bare = sum(names.is_bare_name(cell) for cell in wordlike.to_pylist())
    return NameCount(len(sample), full, full_cells, initialled, bare)


# 1987-03-12 and 19870312; 12/03/87, 12 Mar 1987; 12031987.
_YEAR = re.compile(
    r"(\d{4})[^\d ]|((?:19|20)\d\d)(?=[01]\d[0-3]\d(?:\.0)?$)|[0-3]\d[01]\d((?:19|20)\d\d)(?:\.0)?$"
    r"|\d{1,2}\w{0,2}[-/. ]\w+[-/. ,]{1,2}(\d{4}|\d\d)"
)


def _find_other_dates(values: pa.StringArray, weights: Weights, is_text: Mask, data_type: str) -> Mask:
    """Which cells are dates in words or without separators; the last only where nearly all are, or in ages."""
    data, starts, lengths = _split(values)
    found = np.zeros(len(values), dtype=bool)
    at = np.flatnonzero(is_text)
    if len(at):
        found[at[_search(_take_texts(values, is_text), _WRITTEN_DATE)]] = True
    compact = np.zeros(len(values), dtype=bool)
    for shape in ("9" * 8, "9" * 8 + ".0"):
        same = _match_shape(data, starts, np.flatnonzero(lengths == len(shape)), shape)
        digits = data[starts[same][:, None] + np.arange(8)].astype(np.int64) - 48
        compact[same] = _is_compact(digits, (0, 4, 6)) | _is_compact(digits, (4, 2, 0))
    if data_type == "age" or weights[compact].sum() >= MOSTLY * weights.sum():
        found |= compact
    return found


def _is_compact(digits: Positions, places: tuple[int, int, int]) -> Mask:
    """Which rows of eight digits are a date with year, month and day at these places."""
    year, month, day = places
    years = digits[:, year : year + 4] @ np.array([1000, 100, 10, 1])
    months, days = (digits[:, place : place + 2] @ np.array([10, 1]) for place in (month, day))
    result: Mask = (years > 1900) & (years < 2100) & (months > 0) & (months < 13) & (days > 0) & (days < 32)
    return result


def _count_years(values: pa.StringArray, weights: Weights, dates: Positions) -> tuple[int, Counter[int]]:
    """The cells with old dates (of those looked at), and how many dates each year has."""
    years: Counter[int] = Counter()
    old = 0
    looked_at = _spread(dates, LOOKED_AT)
    for position, cell in zip(looked_at, values.take(looked_at).to_pylist(), strict=True):
        found = _YEAR.match(cell)
        if found:
            year = int(next(filter(None, found.groups())))
            year += 0 if year > 99 else 2000 if year < 30 else 1900
            years[year] += 1
            old += int(weights[position]) * (1900 < year < OLD_YEAR)
    return old, years


def _count_degrees(values: pa.StringArray) -> tuple[int, int, int]:
    import pyarrow.compute as pc

    sample = values.take(_spread(np.arange(len(values)), LOOKED_AT))
    hits = [pc.sum(pc.match_substring_regex(sample, pattern)).as_py() for pattern in (_LATITUDE, _LONGITUDE)]
    return len(sample), hits[0], hits[1]
