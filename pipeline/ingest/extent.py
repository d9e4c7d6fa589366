"""How far the cells of a workbook reach; readers lay out every cell up to the last one, filled or not."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ingest.delivered import READ_SIZE, Refused, show_header
from pipeline.ingest.header import SEARCH_ROWS

UNREADABLE = "the workbook cannot be opened: save it as .xlsx without a password"
# Excel's own limits.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# A cell costs 32 bytes: to lay out this many without further thought, and ever.
SMALL_AREA, MAXIMUM_AREA = 10_000_000, 50_000_000
LONGEST_ROW = 64_000_000

_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
# In row 10,000 or later, or in column AAA or later.
_FAR = re.compile(rb"\sr\s*=\s*[\"'](?:[A-Za-z]{3}|[A-Za-z]*\d{5})")
# A cell that is closed at once has a format and nothing else: it is not laid out.
_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^<>]*)>(\s*</(?:\w+:)?c\s*>)?")
_NUMBERED = re.compile(rb"(<(?:\w+:)?(?:row|c)\b[^<>]*?\sr\s*=\s*[\"'][A-Za-z]*)(\d+)")


@dataclass
class Extent:
    """Which rows of a sheet hold anything, its last column that does, and whether each row tells its number."""

    rows: set[int] = field(default_factory=set)
    columns: int = 0
    is_numbered: bool = True


def pieces_of(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a sheet, cut between rows; Refused where a row is longer than any."""
    rest = b""
    with package.open(part) as stream:
        while block := stream.read(READ_SIZE):
            if b"\x00" in block:
                raise Refused(UNREADABLE)
            text = rest + block
            cut = text.rfind(b"row>") + len(b"row>")
            rest = text if cut < len(b"row>") else text[cut:]
            if len(rest) > LONGEST_ROW:
                raise Refused("the sheet holds a row longer than any table has: ask how it was made")
            if cut >= len(b"row>"):
                yield text[:cut]
    yield rest


def cut_rows(package: zipfile.ZipFile, part: str) -> bytes:
    """A sheet without the rows below the first SEARCH_ROWS; an empty text where its first rows are no table's."""
    text, row = b"", 0
    for piece in pieces_of(package, part):
        start = len(text)
        text += piece
        if len(text) > LONGEST_ROW:
            return b""
        for tag in _TAG.finditer(text, start):
            found = _REFERENCE.search(tag[2])
            number = int(found[2][:9]) if found else row + (tag[1] == b"row")
            if tag[1] == b"row":
                row = number
                if row > SEARCH_ROWS:
                    space = tag[0][1 : tag[0].index(b"row")]
                    return text[: tag.start()] + b"</%ssheetData></%sworksheet>" % (space, space)
            elif number > SEARCH_ROWS or (found and _column(found[1]) > LAST_COLUMN):
                return b""
    return text


def measure(package: zipfile.ZipFile, part: str) -> Extent | None:
    """How far a sheet's cells reach, by the reference of each; None where none lies far out."""
    if not any(_FAR.search(piece) for piece in pieces_of(package, part)):
        return None
    extent, row, column = Extent(), 0, 0
    for piece in pieces_of(package, part):
        for tag in _TAG.finditer(piece):
            found = _REFERENCE.search(tag[2])
            if tag[1] == b"row":
                row, column = int(found[2][:9]) if found else row + 1, 0
                extent.is_numbered &= bool(found)
                continue
            column = _column(found[1]) if found else column + 1
            if not (tag[3] or tag[2].endswith(b"/")):
                extent.rows.add(int(found[2][:9]) if found else row)
                extent.columns = max(extent.columns, column)
    if max(extent.rows, default=0) > LAST_ROW or extent.columns > LAST_COLUMN:
        raise Refused(UNREADABLE)
    return extent


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def close_gaps(path: Path, part: str, sheet: str, extent: Extent | None) -> tuple[Path, list[int]]:
    """The workbook and nothing; or, where its sheet reaches far, a copy without empty rows, and each row's number.

    Refused where even so there are more cells than memory holds.
    """
    last = max(extent.rows, default=0) if extent else 0
    if extent is None or last * extent.columns <= SMALL_AREA:
        return path, []
    numbers = sorted(extent.rows.union(range(1, SEARCH_ROWS + 1)))
    is_gapless = len(numbers) == last
    if len(numbers) * extent.columns > MAXIMUM_AREA or not (is_gapless or extent.is_numbered):
        raise Refused(
            f"the sheet {show_header(sheet)!r} reaches to row {last:,} and column {extent.columns:,}, further "
            "than any table: delete what stands far from the table, save it and send it again"
        )
    if is_gapless:
        return path, []
    places = {number: b"%d" % place for place, number in enumerate(numbers, start=1)}
    closed = path.with_name(f"closed{path.suffix}")
    with (
        zipfile.ZipFile(path) as package,
        zipfile.ZipFile(closed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for name in package.namelist():
            with copy.open(name, "w", force_zip64=True) as written:
                if name == part:
                    for piece in pieces_of(package, part):
                        written.write(
                            _NUMBERED.sub(lambda found: found[1] + places.get(int(found[2][:9]), b"1"), piece)
                        )
                else:
                    with package.open(name) as stream:
                        while block := stream.read(READ_SIZE):
                            written.write(block)
    return closed, numbers


def check_extent_xls(path: Path) -> None:
    """Refuses a workbook of the old format whose sheets reach further than memory does: all are laid out at once."""
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        document = CompDoc(path.read_bytes(), logfile=io.StringIO())
        source, start, size = document.locate_named_stream("Workbook")
        if source is None:
            source, start, size = document.locate_named_stream("Book")
        content = memoryview(source)[start : start + size]
        sheets = [struct.unpack_from("<I", body)[0] for kind, body in _records(content, 0) if kind == _SHEET]
        area = sum(_area(content, sheet) for sheet in sheets)
    except (CompDocError, struct.error, IndexError, AssertionError, TypeError, ValueError):
        raise Refused(UNREADABLE) from None
    if area > MAXIMUM_AREA:
        raise Refused(
            f"its sheets are laid out over {area:,} cells, more than any table has: delete what stands far from "
            "the tables, and save it as .xlsx"
        )


# Kinds of record: where a sheet begins, its dimensions, the end of a sheet; and those of cells.
_SHEET, _DIMENSIONS, _END = 0x0085, 0x0200, 0x000A
_CELLS = {0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}


def _records(content: memoryview, start: int) -> Iterator[tuple[int, memoryview]]:
    while start + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, start)
        yield kind, content[start + 4 : start + 4 + size]
        if kind == _END:
            return
        start += 4 + size


def _area(content: memoryview, start: int) -> int:
    """The cells of one sheet, up to its last row and column, as its cells and its dimensions tell."""
    rows, columns = 0, 0
    for kind, body in _records(content, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            # A run of cells ends with its last column.
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == 0x00BD else column
            rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
        elif kind == _DIMENSIONS:
            form = "<4xI2xH" if len(body) >= 14 else "<2xH2xH"
            told_rows, told_columns = struct.unpack_from(form, body)
            rows, columns = max(rows, told_rows), max(columns, told_columns)
    return rows * columns
