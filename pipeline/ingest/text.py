"""A delivered text file → its header and blocks of cells, whatever its encoding, delimiter and line ends."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from pipeline.contracts import Contract
from pipeline.ingest.cells import BLOCK_ROWS, Block, Reading, block_of, ready
from pipeline.ingest.delivered import READ_SIZE, Delivered, Refused
from pipeline.ingest.header import SEARCH_ROWS, check_repeated, find_header, missing_columns

EMPTY = "the file is empty: ask the supplier to send it again"
NO_HEADER = (
    f"no header was found within the first {SEARCH_ROWS} lines, which are blank: ask the supplier to send the file "
    "again without blank lines above its header"
)
DELIMITERS = (",", ";", "\t", "|")
HEADER_SIZE = 1_000_000
BLOCK_SIZE, BLOCK_LINES = 32_000_000, 1_000_000
FIELD_SIZE = 131_072
QUOTE, LINE_END, RETURN = 34, 10, 13
# A line of blanks, or of one cell that holds none but blanks.
_NO_ROW = re.compile(r'\s*|"\s*"')
# Few distinct cells in the first rows: the column is kept as numbers of a dictionary.
SAMPLE_SIZE, DICTIONARY_LIMIT = 500_000, 500


@dataclass(frozen=True)
class Encoding:
    """How a text is encoded, and what to say of it."""

    name: str
    skip: int = 0
    note: str = ""


def read_text(delivered: Delivered, contract: Contract) -> Reading:
    """A text delivery: every row of its width, in blocks; Refused where the file as a whole cannot be read."""
    encoding = find_encoding(delivered)
    start = _start_of(decoded(delivered, encoding))
    if not start.strip():
        is_blank = not any(block.strip() for block in decoded(delivered, encoding))
        raise Refused(EMPTY if is_blank else NO_HEADER)
    delimiter, skip, header = _find_delimiter(start, contract)
    check_repeated(header, f"line {skip}: ")
    notes = [encoding.note] if encoding.note else []
    if delimiter != ",":
        notes.append(f"cells are divided by {_DELIMITER_WORDS[delimiter]}, not by commas")
    if skip > contract.header_rows:
        notes.append(f"{skip - contract.header_rows} lines stood above the header and were passed over")
    blocks = _blocks(decoded(delivered, encoding), delimiter, skip, len(header))
    return Reading(tuple(header), blocks, tuple(notes))


def peek_rows(delivered: Delivered) -> list[list[str]]:
    """The first rows of a text file, split at each likely delimiter, or of the sheets of an .xlsx; else none."""
    if delivered.suffix == ".xlsx":
        from pipeline.ingest.workbook import peek_sheets

        return [cells for cells in peek_sheets(delivered) if sum(map(bool, cells)) > 1]
    try:
        data = next(delivered.blocks(), b"")[:65_536]
        encoding = _encoding_of(data)
        text = codecs.getincrementaldecoder(encoding.name)("replace").decode(data[encoding.skip :])
    except (Refused, OSError):
        return []
    return [cells for delimiter in DELIMITERS for _, cells in _first_rows(text, delimiter) if len(cells) > 1]


_DELIMITER_WORDS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}


def find_encoding(delivered: Delivered) -> Encoding:
    """The one encoding that every byte of a file fits: UTF-8, UTF-16 with its mark, or CP1252.

    Raises Refused, naming the line, where a byte fits none, or the file mixes two.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = _encoding_of(next(delivered.blocks(), b""))
    if encoding.name != "utf-8":
        return encoding
    for _, block in _text_blocks(delivered):
        # Nearly every block is ASCII: nothing to decode.
        if not (block.isascii() and decoder.getstate()[0] == b""):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return _windows(delivered)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _windows(delivered)
    return encoding


def _text_blocks(delivered: Delivered) -> Iterator[tuple[int, bytes]]:
    """The blocks of a file, each with its position; Refused where one is no text, or lies within one line."""
    position = 0
    for block in delivered.blocks():
        if b"\x00" in block:
            raise Refused("the file holds NUL bytes and is not text: ask the supplier for a CSV file")
        if len(block) == READ_SIZE and b"\n" not in block and b"\r" not in block:
            raise Refused(
                f"line {_line_at(delivered, position)} is longer than {READ_SIZE:,} bytes, which no row of a table "
                "is: ask the supplier to send the file again"
            )
        yield position, block
        position += len(block)


def _line_at(delivered: Delivered, position: int) -> int:
    """The line on which a byte stands, as an editor counts them: a line feed, a return or both end one."""
    line, last = 1, b""
    for block in delivered.blocks():
        part = block[:position]
        line += part.count(b"\n") + part.count(b"\r") - (last + part).count(b"\r\n")
        position -= len(part)
        if not position:
            break
        last = part[-1:]
    return line


def _encoding_of(data: bytes) -> Encoding:
    """What the first bytes of a file say; UTF-8 where they say nothing."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("the file is a workbook or a zip archive, not text: save its sheet as 'CSV UTF-8'")
    if packing := next((name for start, name in _PACKINGS.items() if data.startswith(start)), ""):
        raise Refused(f"the file is packed ({packing}), whatever its name says: unpack it first")
    if re.match(rb"\s*(<!doctype html|<html|<\?xml)", data[:200], re.IGNORECASE):
        raise Refused(
            "the file is a web page, not a table: its address answered with an error page; fetch it again"
        )
    if data.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3, "the text carries a UTF-8 mark, which was passed over")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        return Encoding(name, 2, "text was in UTF-16 (Excel's 'Unicode text') and was converted")
    return Encoding("utf-8")


_PACKINGS = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}


def _windows(delivered: Delivered) -> Encoding:
    """CP1252, if every byte above ASCII fits it and none of them is UTF-8's."""
    first: dict[str, int] = {}
    rest, start = b"", 0
    # The last, made-up line end closes a run at the end of the file.
    for block in chain((block for _, block in _text_blocks(delivered)), [b"\n"]):
        data = rest + block
        # A run of bytes above ASCII may go on in the next block.
        cut = len(data.rstrip(_ABOVE_ASCII))
        rest, data = data[cut:], data[:cut]
        # Of a page of runs few differ.
        kinds = {run: _encoding_of_run(run) for run in set(_RUN.findall(data))}
        for kind in set(kinds.values()) - first.keys():
            first[kind] = start + next(
                run.start() for run in _RUN.finditer(data) if kinds[run.group()] == kind
            )
        if "" in first:
            raise Refused(
                f"line {_line_at(delivered, first[''])} holds a byte that is neither UTF-8 nor CP1252: ask the "
                "supplier to save the file as 'CSV UTF-8'"
            )
        if len(first) > 1:
            raise Refused(
                f"the file mixes two encodings, UTF-8 on line {_line_at(delivered, first['utf-8'])} and CP1252 on "
                f"line {_line_at(delivered, first['cp1252'])}: ask the supplier to save it as 'CSV UTF-8'"
            )
        start += len(data)
    return Encoding("cp1252", 0, "text was in Windows encoding (CP1252) and was converted")


_ABOVE_ASCII = bytes(range(128, 256))
_RUN = re.compile(rb"[\x80-\xff]+")


def _encoding_of_run(run: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            run.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def decoded(delivered: Delivered, encoding: Encoding) -> Iterator[bytes]:
    """The text of a file as UTF-8, in blocks, without its mark."""
    skip, decoder = encoding.skip, codecs.getincrementaldecoder(encoding.name)()
    if encoding.name == "utf-8":
        for block in delivered.blocks():
            yield block[skip:]
            skip = 0
        return
    # The last, empty block asks for what is left: half a character, if a file was cut.
    for block in chain(delivered.blocks(), [b""]):
        try:
            text = decoder.decode(block[skip:], final=not block)
        except UnicodeDecodeError:
            raise Refused("the text is damaged UTF-16: ask the supplier to save it as 'CSV UTF-8'") from None
        skip = 0
        if "\x00" in text:
            raise Refused("the file holds NUL bytes and is not text: ask the supplier for a CSV file")
        yield text.encode()


def _start_of(blocks: Iterator[bytes]) -> str:
    data = b""
    for block in blocks:
        data += block
        if len(data) >= HEADER_SIZE:
            break
    return data[:HEADER_SIZE].decode("utf-8", "ignore")


def _find_delimiter(start: str, contract: Contract) -> tuple[str, int, list[str]]:
    """The delimiter at which a row names every required column, the lines through the header, its titles."""
    fewest: tuple[int, str] | None = None
    for delimiter in DELIMITERS:
        rows = list(_first_rows(start, delimiter))
        missing = min(
            (len(missing_columns(cells, contract)) for _, cells in rows), default=len(contract.required)
        )
        if fewest is None or missing < fewest[0]:
            fewest = (missing, delimiter)
        if contract.header_rows == 1 and missing:
            continue
        try:
            position, header = find_header([(last, cells) for last, cells in rows], contract)
        except Refused:
            if contract.header_rows == 1:
                raise
            continue
        return delimiter, rows[position + contract.header_rows - 1][0], header
    delimiter = fewest[1] if fewest else ","
    rows = list(_first_rows(start, delimiter))
    if not any(map(any, (cells for _, cells in rows))):
        raise Refused(NO_HEADER)
    find_header(rows, contract)
    raise Refused(EMPTY)


def _first_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The first rows of a text: the last line of each, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _ in range(SEARCH_ROWS):
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        yield reader.line_num, [cell.strip() for cell in cells]


def _blocks(data: Iterator[bytes], delimiter: str, skip: int, width: int) -> Iterator[Callable[[], Block]]:
    """Every row below the header: fast while each line is a row, exactly from the first block where one is not."""
    blocks = _whole_lines(data)
    first = next(blocks, b"")
    start = _start_of_line(first, skip)
    blocks = chain([first[start:] if start is not None else first], blocks)
    line, dictionaries = skip + 1, None
    for block in blocks:
        if start is None or width == 1 or not _is_plain(block, delimiter):
            stream: BinaryIO = io.BufferedReader(_Stream(chain([block], blocks)))  # type: ignore[type-var]
            rest = io.TextIOWrapper(stream, "utf-8", newline="")
            yield from map(
                ready, _read_exact(rest, delimiter, width, line - 1, 0 if start is not None else skip)
            )
            return
        if dictionaries is None:
            sample = block[: block.rfind(b"\n", 0, SAMPLE_SIZE) + 1] or block
            dictionaries = _repeating(_read_plain(sample, delimiter, width, line, frozenset()).cells)
        for part in _by_lines(block):
            yield partial(_read_plain, part, delimiter, width, line, dictionaries)
            line += _count_lines(part)


def _whole_lines(data: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks of about BLOCK_SIZE that end where a line ends, if lines end with a line feed at all."""
    parts: list[bytes] = []
    size = 0
    for part in data:
        parts.append(part)
        size += len(part)
        if size >= BLOCK_SIZE:
            block = b"".join(parts)
            cut = block.rfind(b"\n") + 1 or len(block)
            yield block[:cut]
            parts, size = [block[cut:]], len(block) - cut
    if size:
        yield b"".join(parts)


def _by_lines(block: bytes) -> Iterator[bytes]:
    """A block in parts of at most BLOCK_LINES lines: what is made of a line costs more than the line."""
    if block.count(b"\n") <= BLOCK_LINES:
        yield block
        return
    ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == LINE_END)
    starts = [0, *(int(end) + 1 for end in ends[BLOCK_LINES - 1 :: BLOCK_LINES]), len(block)]
    yield from (block[start:end] for start, end in pairwise(starts) if start < end)


def _start_of_line(block: bytes, skip: int) -> int | None:
    """Where the line after `skip` lines starts; None where lines end otherwise than with a line feed."""
    start = 0
    for _ in range(skip):
        end = block.find(b"\n", start)
        if end < 0:
            # A header alone, without a line end.
            return len(block) if b"\r" not in block else None
        start = end + 1
    return start if block.count(b"\r", 0, start) == block.count(b"\r\n", 0, start) else None


def _count_lines(block: bytes) -> int:
    return block.count(b"\n") + (block[-1:] not in (b"\n", b""))


def _is_plain(block: bytes, delimiter: str) -> bool:
    """Whether every line of a block is a row of its own, whatever reads it."""
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return False
    return b'"' not in block or _is_well_quoted(block, delimiter)


def _read_plain(
    block: bytes, delimiter: str, width: int, first_line: int, dictionaries: frozenset[int]
) -> Block:
    """The rows of a block in which every line is a row of its own."""
    broken: list[tuple[int, str, str]] = []

    def note(row: pa.csv.InvalidRow) -> str:
        line = int(lines[row.number - 1])
        broken.append((line, f"expected {width} fields, found {row.actual_columns}", row.text))
        return "skip"

    names = [f"cell_{index}" for index in range(width)]
    kinds = {
        name: pa.dictionary(pa.int32(), pa.string()) if index in dictionaries else pa.string()
        for index, name in enumerate(names)
    }
    # A tab that divides cells is no blank: two empty cells are a row.
    if not block.strip() and delimiter.encode() not in block:
        return block_of([], [], width)
    size = len(block)
    block, lines = _without_blank_lines(block, first_line)
    cells = pa.csv.read_csv(
        pa.BufferReader(block),
        read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if b'"' in block else False,
            escape_char=False,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=kinds, strings_can_be_null=False, quoted_strings_can_be_null=False
        ),
    )
    if broken:
        lines = lines[~np.isin(lines, np.array([line for line, _, _ in broken], dtype=np.int64))]
    rows = tuple(row for row in broken if not _NO_ROW.fullmatch(row[2]) or _divides(row[2], delimiter))
    return Block(cells, lines, rows, size)


def _divides(text: str, delimiter: str) -> bool:
    """Whether a line of blanks has several cells: a tab that divides them is no blank."""
    return delimiter in text and '"' not in text


def _without_blank_lines(block: bytes, first_line: int) -> tuple[bytes, np.ndarray]:
    """A block without the lines in which nothing stands, of which Arrow would make rows; the number of each line."""
    text = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(text == LINE_END)
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    lengths = np.diff(ends, prepend=-1)
    is_blank = (lengths == 1) | ((lengths == 2) & (text[ends - 1] == RETURN))
    lines = np.arange(first_line, first_line + len(ends), dtype=np.int64)
    if not is_blank.any():
        return block, lines
    is_kept = np.repeat(~is_blank, lengths)[: len(block)]
    return text[is_kept].tobytes(), lines[~is_blank]


def _is_well_quoted(block: bytes, delimiter: str) -> bool:
    """Whether quotation marks stand around whole cells alone, doubled inside them, and no line end between."""
    text = np.frombuffer(b"\n" + block + b"\n", dtype=np.uint8)
    marks = np.flatnonzero(text == QUOTE)
    if len(marks) % 2:
        return False
    opening, closing = marks[::2], marks[1::2]
    divides = np.zeros(256, dtype=bool)
    divides[[ord(delimiter), LINE_END, RETURN]] = True
    # A doubled mark closes and opens again at once.
    starts = divides[text[opening - 1]] | np.isin(opening - 1, closing)
    ends = divides[text[closing + 1]] | np.isin(closing + 1, opening)
    line_ends = np.flatnonzero(text == LINE_END)
    inside = np.searchsorted(line_ends, opening) != np.searchsorted(line_ends, closing)
    return bool(starts.all() and ends.all() and not inside.any())


def _repeating(cells: pa.Table) -> frozenset[int]:
    """The positions of the columns in which few different cells stand."""
    return frozenset(
        index
        for index, column in enumerate(cells.columns)
        if len(column.unique()) <= min(DICTIONARY_LIMIT, cells.num_rows // 4)
    )


def _read_exact(
    lines: io.TextIOWrapper, delimiter: str, width: int, read_before: int, skip: int
) -> Iterator[Block]:
    """The rows of any text, one by one; the lines that are no rows of this width are told, and why.

    Raises Refused where a stray quotation mark ties lines together: nobody can tell how many rows they were.
    """
    for _ in range(skip):
        lines.readline()
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, str]] = []
    for first, last, cells, fault, text in _split_rows(lines, delimiter, read_before):
        if not fault and len(cells) == width:
            if first != last:
                _check_swallowed(cells, delimiter, first)
            rows.append(cells)
            numbers.append(first)
        elif first != last:
            raise Refused(
                f"a quotation mark ties lines {first} to {last} together and they make no row of "
                f"{width} fields: ask the supplier to mend it and send the file again"
            )
        elif fault or any(cell.strip() for cell in cells) or len(cells) > 1:
            broken.append((first, fault or f"expected {width} fields, found {len(cells)}", text))
        if len(rows) + len(broken) >= BLOCK_ROWS:
            made = block_of(rows, numbers, width)
            yield Block(made.cells, made.lines, tuple(broken))
            rows, numbers, broken = [], [], []
    made = block_of(rows, numbers, width)
    yield Block(made.cells, made.lines, tuple(broken))


def _check_swallowed(cells: list[str], delimiter: str, first: int) -> None:
    """Raises Refused where a cell on several lines holds rows, as between two stray quotation marks.

    Its whole lines have the delimiters of a row, and two of these speak for it: there is such a line; what stands
    before the first line end and after the last makes up a row with the cells beside it; no blank follows a
    delimiter, as one does in prose.
    """
    width, line = len(cells), first
    for index, cell in enumerate(cells):
        begin, *others = _LINE_END.split(cell)
        if others and width >= 4:
            *inner, end = others
            whole = [each for each in inner if each.strip()]
            is_fitting = (begin.count(delimiter), end.count(delimiter)) == (width - 1 - index, index)
            is_tight = not any(f"{delimiter} " in each for each in whole or (begin, end))
            looks_like_rows = all(each.count(delimiter) == width - 1 for each in whole)
            if looks_like_rows and bool(whole) + is_fitting + is_tight >= 2:
                what = (
                    "the line below it, which looks like a row"
                    if len(others) == 1
                    else f"the {len(others):,} lines below it, which look like rows"
                )
                raise Refused(
                    f"the quotation mark that opens on line {line} takes in {what}: ask the supplier to mend it and "
                    "send the file again"
                )
        line += len(others)


_LINE_END = re.compile("\r\n|\r|\n")


def _split_rows(
    lines: Iterator[str], delimiter: str, read_before: int
) -> Iterator[tuple[int, int, list[str], str, str]]:
    """First line, last line and cells of each row, or what is wrong with it, and its text."""
    seen: list[str] = []

    def remembered() -> Iterator[str]:
        for line in lines:
            seen.append(line)
            yield line

    reader = csv.reader(remembered(), delimiter=delimiter, strict=True)
    while True:
        first, cells, fault = read_before + reader.line_num + 1, [], ""
        seen.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise Refused(f"a quotation mark opens on line {first} and never closes") from None
            if "limit" in str(error):
                raise Refused(
                    f"the cell that begins on line {first} is longer than {FIELD_SIZE:,} characters, or its "
                    "quotation mark never closes: ask the supplier to mend it and send the file again"
                ) from None
            fault = "text follows a closing quotation mark"
        yield first, read_before + reader.line_num, cells, fault, "".join(seen).rstrip("\r\n")


class _Stream(io.RawIOBase):
    """Blocks of bytes, one after the other, as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.rest = self.rest or next((block for block in self.blocks if block), b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
