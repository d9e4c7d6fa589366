"""What a file is, told by its bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.sniff import Misfit, check_content
from tests.fetch.server import street

ROWS = b"code,count\nE1,2\n"
GOOD = {
    "a.csv": ("csv", ROWS),
    "a.csv with a mark": ("csv", b"\xef\xbb\xbf" + ROWS),
    "a.csv.gz": ("csv", gzip.compress(ROWS)),
    "a.csv, no newline at the end": ("csv", ROWS.rstrip()),
    "a.xlsx": ("workbook", b"PK\x03\x04..."),
    "a.xls": ("workbook", b"\xd0\xcf\x11\xe0..."),
    "a.parquet": ("parquet", b"PAR1...PAR1"),
    "a.geojson": ("geojson", b'{"type": "FeatureCollection", "features": []}\n'),
}
BAD = {
    "page with a comment": ("csv", b"\n<!-- x --><HTML lang=en>\n<body>\n", "a web page came instead of data"),
    "page behind a mark": ("csv", b"\xef\xbb\xbf<!doctype html>\n<p>\n", "a web page came instead of data"),
    "page as workbook": ("workbook", b"<html><body>\n", "a web page came instead of data"),
    "gzip in a .csv": ("csv", gzip.compress(ROWS), "is not text, as a CSV file is"),
    "PDF": ("csv", b"%PDF-1.7\n1\n", "is not text, as a CSV file is"),
    "text as workbook": ("workbook", ROWS, "is not a workbook"),
    "Parquet cut short": ("parquet", b"PAR1......", "is not Parquet, or is cut short"),
    "GeoJSON cut short": ("geojson", b'{"type": "FeatureCollection", "features": [{', "the GeoJSON is cut short"),
    "message of a map service": ("geojson", b'{"error": {"code": 400}}', "is not GeoJSON: probably a message"),
    "first page of areas": (
        "geojson",
        b'{"type": "FeatureCollection", "exceededTransferLimit" : true, "features": []}',
        "sent only the first part of the areas",
    ),
    "broken gzip": ("gz", gzip.compress(street())[:90], "the .gz file is cut short or is not gzip"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "content"), [(name, *each) for name, each in GOOD.items()], ids=GOOD.keys()
)
def test_a_file_of_its_format_passes(tmp_path: Path, name: str, kind: str, content: bytes) -> None:
    file = tmp_path / name.split(" ", maxsplit=1)[0].rstrip(",")
    file.write_bytes(content)
    assert check_content(file, kind) == ""


@pytest.mark.parametrize(("kind", "content", "says"), BAD.values(), ids=BAD.keys())
def test_a_file_of_another_kind_is_refused(tmp_path: Path, kind: str, content: bytes, says: str) -> None:
    file = tmp_path / ("a.csv.gz" if kind == "gz" else "a.csv")
    file.write_bytes(content)
    with pytest.raises(Misfit, match=says):
        check_content(file, "csv" if kind == "gz" else kind)


def test_a_last_row_that_breaks_off_is_noted_and_a_quoted_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"code,count\nE1,2\nE2")
    assert check_content(file, "csv") == "its last row is shorter than its header: it may have been cut off"
    file.write_bytes(b'code,note\nE1,"two\nlines"')
    assert check_content(file, "csv") == ""
