"""Workbooks in which something stands far from the table: a bomb is refused, a stray blank is read past."""

from __future__ import annotations

import io
import re
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.settings import PROJECT
from tests.ingest.door import deliver, open_door, read_extract, take_in

SHEET = "GOR-Data-Totals"
ROWS = [
    [None, None, "London", "North West"],
    ["Year", "Month", "FAEs", "FAEs"],
    ["2022-23", "April", 3, 4],
    ["2022-23", "May", 5, 6],
]


def workbook(cells: bytes = b"", wrap: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A sound workbook of four rows, with more XML at the end of its sheet; `wrap` replaces text of its index."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = SHEET
    for row in ROWS:
        page.append(row)
    made, patched = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(patched, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<dimension [^>]*>", b'<dimension ref="A1:D4"/>', content)
                content = content.replace(b"</sheetData>", cells + b"</sheetData>")
            if entry.filename == "xl/workbook.xml":
                content = content.replace(*wrap)
            new.writestr(entry, content)
    return patched.getvalue()


def cell(reference: str, content: bytes = b'<is><t xml:space="preserve"> </t></is>', row: str = "") -> bytes:
    number = row or reference.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return b'<row r="%s"><c r="%s" t="inlineStr">%s</c></row>' % (
        number.encode(),
        reference.encode(),
        content,
    )


STRAY = {
    "in Excel's last row, far to the right": cell("CV1048576"),
    "in two rows, of which the later comes first": cell("ZZ900000") + cell("B800000"),
    "a format alone, in the last cell": b'<row r="1048576"><c r="XFD1048576"/></row>',
}


@pytest.mark.parametrize("cells", STRAY.values(), ids=STRAY.keys())
def test_stray_cell_far_away_is_read_past_in_bounded_memory(tmp_path: Path, cells: bytes) -> None:
    assert in_a_small_process(tmp_path, "sharp.xlsx", workbook(cells)) == "accepted 2 "


def test_row_keeps_its_number_where_empty_rows_before_it_were_left_out(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    texts = (b"A", b"2023-24"), (b"B", b"June")
    titles = b"".join(b'<c r="%s700000" t="inlineStr"><is><t>%s</t></is></c>' % each for each in texts)
    numbers = b'<c r="C700000"><v>7</v></c><c r="D700000"><v>8</v></c>'
    far = b'<row r="700000">' + titles + numbers + b"</row>"
    take_in(settings, "sharp.xlsx", workbook(far + cell("CV1048576")))
    found = read_extract(settings, "sharp_object_admissions", "line, london_count")
    assert found == [(3, 3), (4, 5), (700_000, 7)]


BOMBS = {
    "its row alone tells where it is": cell("XFD5") + b'<row r="1048576"><c><v>1</v></c></row>',
    "many cells far down and one far right": b"".join(cell(f"A{row}") for row in range(10_000, 20_000))
    + cell("XFD9"),
    "small letters, spaces": cell("XFD1048576").replace(b'r="XFD', b'r = "xfd'),
    "an element of another name": cell("XFD1048576").replace(b"<", b"<x:").replace(b"<x:/", b"</x:"),
}


# Where rows without anything could be left out, its header is too wide.
TOO_FAR = r"refused 0 (the sheet 'GOR-Data-Totals' reaches to row|line \d: the header names 16,384 columns)"


@pytest.mark.parametrize("cells", BOMBS.values(), ids=BOMBS.keys())
def test_cells_too_far_apart_for_memory_are_refused(tmp_path: Path, cells: bytes) -> None:
    ran = in_a_small_process(tmp_path, "sharp.xlsx", workbook(cells))
    assert re.match(TOO_FAR, ran), ran


def test_bomb_is_found_however_the_index_is_written(tmp_path: Path) -> None:
    wrap = (b'name="GOR-Data-Totals"', b"x='' name='GOR-Data-&#84;otals'")
    content = workbook(BOMBS["many cells far down and one far right"], wrap)
    assert re.match(TOO_FAR, in_a_small_process(tmp_path, "sharp.xlsx", content))


def old_workbook(row: int, column: int) -> bytes:
    """A workbook of the old format: one sheet with one number in each of two cells, the first and this one."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    name = b"MYE2 - Males"
    length = len(start) + 4 + 8 + len(name) + 4
    index = record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name) + record(0x000A, b"")
    cells = b"".join(record(0x0203, struct.pack("<HHHd", *at, 0, 1.0)) for at in ((0, 0), (row, column)))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0)) + cells + record(0x000A, b"")
    stream = (start + index + sheet).ljust(4096, b"\x00")
    sectors = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    table = struct.pack("<128I", *(sectors + [0xFFFFFFFF] * (128 - len(sectors))))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\x00").encode("utf-16-le")
        links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\x00")
            + struct.pack("<H", len(text))
            + links
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, 4096)
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return (head + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)) + table + folder.ljust(512, b"\x00") + stream


@pytest.mark.parametrize(
    ("at", "says"), [((9, 9), "the required columns"), ((65_535, 65_535), "its sheets are laid")]
)
def test_old_workbook_that_reaches_further_than_memory_is_refused(
    tmp_path: Path, at: tuple[int, int], says: str
) -> None:
    ran = in_a_small_process(tmp_path, "mye22_x.xls", old_workbook(*at))
    assert ran.startswith("refused 0 ") and says in ran, ran


def in_a_small_process(workspace: Path, name: str, content: bytes) -> str:
    """Status, accepted rows and reason of a file taken in by a process of at most 3 GB, half of it libraries'."""
    settings = open_door(workspace)
    deliver(settings, name, content)
    script = (
        "import sys; from pathlib import Path; from tests.ingest import door; "
        "from pipeline.contracts import read_contracts; from pipeline.settings import PROJECT, read_settings; "
        "door.CONTRACTS = tuple(c for c in read_contracts(PROJECT) "
        "if c.source_id in ('sharp_object_admissions', 'lad_population_males')); "
        "line = door.ingest(read_settings(Path(sys.argv[1]))).deliveries[0]; "
        "print(line.status, line.accepted, line.reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(workspace)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000)),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip("\n")
