"""What a delivery holds, told slowly and plainly: the rows that the door must account for, and their lines."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts import Contract

SEARCHED = 20


@dataclass(frozen=True)
class Truth:
    """The header of a text, and its rows by the line on which each begins; None for a line that is no row."""

    header: list[str]
    rows: dict[int, list[str] | None]
    is_quoted: bool
    # Lines below the header with anything in them: of text without quotation marks, each is a row.
    filled_lines: int


def read_text(content: bytes, contract: Contract) -> Truth | None:
    """The rows of a text; None where no program could say for certain what they are."""
    text = _decode(content)
    if text is None or "\x00" in text:
        return None
    lines = list(io.StringIO(text, newline=""))
    for delimiter in ",;\t|":
        # Above the header anything may stand, and stray marks in it are part of a title.
        for last, cells in _first_rows(text, delimiter):
            named = {contract.field_of(cell) for cell in cells}
            if all(column.name in named for column in contract.required):
                header, below = [cell.strip() for cell in cells], lines[last:]
                try:
                    rows = list(_rows(below, delimiter, last))
                except csv.Error:
                    return None
                told = {
                    first: cells if cells and len(cells) == len(header) else None
                    for first, cells in rows
                    if cells is None or len(cells) > 1 or any(cell.strip() for cell in cells)
                }
                # A tab that divides cells is no blank.
                filled = sum(bool(line.strip()) or delimiter in line for line in below)
                return Truth(header, told, '"' in text, filled)
    return None


def _decode(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _first_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in islice(reader, SEARCHED):
            yield reader.line_num, cells
    except csv.Error:
        return


def _rows(lines: list[str], delimiter: str, before: int) -> Iterator[tuple[int, list[str] | None]]:
    """The first line and the cells of each row; no cells where text follows a closing quotation mark."""
    limit = csv.field_size_limit(1_000_000_000)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        while True:
            first = before + reader.line_num + 1
            try:
                yield first, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "expected after" not in str(error):
                    raise
                yield first, None
    finally:
        csv.field_size_limit(limit)


def unpack(content: bytes, kind: str, member: str) -> bytes | None:
    """What lies in a packed file; None where it cannot be unpacked."""
    try:
        if kind == "gzip":
            return gzip.decompress(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(member)
    except (
        OSError,
        EOFError,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        KeyError,
        ValueError,
    ):
        return None  # fmt: skip


def count_parquet(content: bytes) -> int | None:
    try:
        return pq.read_table(io.BytesIO(content)).num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def count_geojson(content: bytes) -> int | None:
    try:
        return len(json.loads(content)["features"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
