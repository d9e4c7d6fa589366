"""What a file that arrived really is, judged by its bytes."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path

HEAD = 8192
WEB_PAGE = re.compile(
    rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S
)
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Misfit(Exception):
    """Why a file that arrived cannot be what was asked for: one sentence without any of its content."""


def check_content(file: Path, file_format: str) -> str:
    """A note on what looks odd in a file, or an empty text; raises Misfit where it is not of its format."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(max(0, file.stat().st_size - HEAD))
        tail = stream.read()
    if not head.strip():
        raise Misfit("the file is empty")
    if file.suffix.casefold() == ".gz":
        head, tail = _head_of_gzip(file), b"\n"
    if WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise Misfit("a web page came instead of data: an error page, or the sign-in page of a proxy")
    checks: dict[str, Callable[[bytes, bytes], str]] = {
        "csv": _check_csv,
        "workbook": _check_workbook,
        "parquet": _check_parquet,
        "geojson": _check_geojson,
        "zip": _check_zip,
    }
    if file_format == "geojson" and b'"exceededTransferLimit":true' in file.read_bytes().replace(b" ", b""):
        raise Misfit("the map service sent only the first part of the areas: ask for fewer, or for a file")
    return checks[file_format](head, tail)


def _head_of_gzip(file: Path) -> bytes:
    try:
        with gzip.open(file) as stream:
            return stream.read(HEAD)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Misfit("the .gz file is cut short or is not gzip") from None


def _check_csv(head: bytes, tail: bytes) -> str:
    if head.startswith((*WORKBOOKS, b"PAR1", b"%PDF", b"\x1f\x8b")) or b"\x00" in head:
        raise Misfit("the file is not text, as a CSV file is")
    if head.lstrip().startswith((b"{", b"<")):
        raise Misfit("the file is JSON or XML, not CSV: probably a message of the server")
    lines = head.splitlines()
    if len(lines) == 1 and len(head) < HEAD:
        raise Misfit("the file holds a single line and no rows")
    last = tail.splitlines()[-1] if tail else b""
    # A file may end without a newline; one that stops in the middle of a row has too few cells there.
    if not tail.endswith((b"\n", b"\r")) and b'"' not in tail and _cells(last) < _cells(lines[0]):
        return "its last row is shorter than its header: it may have been cut off"
    return ""


def _cells(line: bytes) -> int:
    return len(next(csv.reader([line.decode("latin-1")]), []))


def _check_workbook(head: bytes, _: bytes) -> str:
    if not head.startswith(WORKBOOKS):
        raise Misfit("the file is not a workbook")
    return ""


def _check_parquet(head: bytes, tail: bytes) -> str:
    if not (head.startswith(b"PAR1") and tail.endswith(b"PAR1")):
        raise Misfit("the file is not Parquet, or is cut short")
    return ""


def _check_geojson(head: bytes, tail: bytes) -> str:
    if not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or b"FeatureCollection" not in head:
        raise Misfit("the file is not GeoJSON: probably a message of the server")
    if not tail.rstrip().endswith(b"}"):
        raise Misfit("the GeoJSON is cut short")
    return ""


def _check_zip(head: bytes, _: bytes) -> str:
    if not head.startswith(b"PK"):
        raise Misfit("the file is not a zip archive")
    return ""
