"""Extracts that come as text, saved by Excel as .xlsx: the one sheet that fits is read, and comes out as the CSV."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipeline.cli.seen import HABITUAL
from pipeline.contracts import read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.header import SEARCH_ROWS
from pipeline.ingest.read import read_delivery
from pipeline.ingest.recognise import find_contracts
from pipeline.settings import PROJECT
from tests.ingest.door import CONTRACTS, POLICE, Outcome, deliver, open_door, stage_file, take_in

[ASSAULTS] = [contract for contract in read_contracts(PROJECT) if contract.source_id == "ed_assaults"]
[CRIMES] = [contract for contract in CONTRACTS if contract.source_id == "police_crimes"]
TITLES = POLICE.strip().split(",")
NAME = "police_crimes_2024-03.xlsx"
Rows = Sequence[Sequence[object]]


def crime(number: int, offence: object = "8N", recorded: object = date(2024, 3, 1)) -> list[object]:
    return [f"c{number}", "X23000001", "X06000001", recorded, offence, "Y"]


def book(sheets: dict[str, Rows], change: Callable[[openpyxl.Workbook], object] = lambda _: None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    change(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def taken(tmp_path: Path, content: bytes, name: str = NAME) -> Outcome:
    return take_in(open_door(tmp_path / "workspace"), name, content)


def test_same_rows_as_text_and_as_workbook_are_the_same_extract_and_rejects(tmp_path: Path) -> None:
    titles = [
        "attendance_id",
        "site_code",
        "ARRIVAL_DATETIME",
        "assault datetime",
        "assault_method",
        "age",
        "lsoa_code",
    ]
    rows: Rows = [
        ["a1", "RX1", datetime(2024, 3, 1, 23, 5), datetime(2024, 3, 1, 22, 59, 31), "Fist", 34, "E01000001"],
        ["a2", "RX1", datetime(2024, 3, 2), None, "Knife or sharp object", None, None],
        ["a3", "RX1", datetime(2031, 3, 2, 1, 1), None, "Fist", 17.0, None],
        ["a4", "R", datetime(2024, 3, 2, 1, 1), None, "Fist", 17.5, None],
        ["a5", 1234, datetime(2024, 3, 2, 1, 1), None, "Fist", -1, None],
        ["a1", "RX1", datetime(2024, 3, 3, 23, 5), None, "Fist", 34, None],
        [],
        ["a6", "RX1", datetime(2024, 3, 4, 0, 0, 1), None, None, 0, "E01000001"],
        ["Total", None, None, None, None, None, None],
    ]  # fmt: skip
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["ED assaults"], titles, *(row or [] for row in rows)])
    (tmp_path / "x.csv").write_text(text.getvalue().replace("17.0", "17"))
    (tmp_path / "x.xlsx").write_bytes(
        book({"Notes": [["read me"]], "Data": [["ED assaults"], titles, *rows]})
    )
    found = []
    for name in ("x.csv", "x.xlsx"):
        staged = stage_file(tmp_path / name, ASSAULTS, tmp_path / f"scratch {name}")
        assert staged.line.status == "accepted", staged.line.reason
        with duckdb.connect() as connection:
            tables = [
                connection.execute("select * from read_parquet(?) order by line", [str(file)]).fetchall()
                for file in (staged.extract, staged.rejects)
            ]
        found.append(([staged.line.rows_in, staged.line.accepted, staged.line.rules], *tables))
    for text_has, workbook_has in zip(*found, strict=True):
        assert workbook_has == text_has
    assert found[0][0][:2] == [8, 2]


def test_sheet_that_was_read_is_named(tmp_path: Path) -> None:
    line = taken(tmp_path, book({"Notes": [["a", "b"]], "March": [[], ["Crimes"], TITLES, crime(1)]})).line
    assert (line.status, line.accepted) == ("accepted", 1), line.reason
    assert "read from the sheet March of the workbook" in line.warnings
    assert "2 rows stood above the header and were passed over" in line.warnings


def test_sheet_that_fits_is_no_reason_to_look_again() -> None:
    assert "read from the sheet March of the workbook".startswith(HABITUAL)
    assert not "the sheet March is hidden; it was read all the same".startswith(HABITUAL)


def hide(name: str) -> Callable[[openpyxl.Workbook], object]:
    return lambda made: setattr(made[name], "sheet_state", "hidden")


REFUSED = {
    "several sheets fit": (
        book({"March": [TITLES, crime(1)], "April": [TITLES, crime(2)], "Notes": [["x"]]}),
        "the sheets March, April each have the columns",
    ),
    "none fits, one nearly": (
        book({"Notes": [["x"]], "Data": [["Crime ID", "force_code"], ["c1", "X23000001"]]}),
        "its sheets are Notes, Data; Data lacks 'recorded_date', 'ho_code': ask the supplier",
    ),
    "the only sheet does not fit": (
        book({"Data": [[*TITLES[:3], "date_recorded", *TITLES[4:]], crime(1)]}),
        "the required column 'recorded_date' of 'Police recorded crime, record level' not found "
        "(nearest: 'date_recorded')",
    ),
    "header too far down": (
        book({"Notes": [["x"]], "Data": [*[["note"]] * SEARCH_ROWS, TITLES, crime(1)]}),
        "no visible sheet of the workbook names the columns",
    ),
    "the sheet that fits is hidden": (
        book({"Notes": [["x"]], "Other": [["y"]], "Data": [TITLES, crime(1)]}, hide("Data")),
        "its sheets are Notes, Other",
    ),
    "a title twice": (
        book({"Data": [[*TITLES, "colour", "Colour"], [*crime(1), "red", "red"]]}),
        "columns 7 and 8 have the same title",
    ),
    "a formula without a value": (
        book({"Data": [TITLES, crime(1, "=2+2")]}), "cell E2 holds a formula without a value"
    ),
    "not a name to show": (
        book({"Anna Jones": [["x"]], "Other": [["y"]]}), "its sheets are [a title that is not shown], Other"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_workbook_that_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    line = taken(tmp_path, content).line
    assert line.status == "refused"
    assert says in line.reason


def with_part(content: bytes, name: str) -> bytes:
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(name, b"x")
    return packed.getvalue()


SOUND = book({"Notes": [["x"]], "Data": [TITLES, crime(1)]})
UNSAFE = {
    "macros": (with_part(SOUND, "xl/vbaProject.bin"), NAME, "the workbook holds macros"),
    "links": (with_part(SOUND, "xl/externalLinks/externalLink1.xml"), NAME, "links to other files"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), NAME, "the workbook has a password"),
    "no workbook": (POLICE.encode(), NAME, "the workbook cannot be opened"),
    ".xls": (SOUND, "police_crimes_1.xls", "save the sheet that is meant as .xlsx or 'CSV UTF-8'"),
    ".xlsb": (SOUND, "police_crimes_1.xlsb", "save the sheet that is meant as .xlsx or 'CSV UTF-8'"),
    ".xlsm": (SOUND, "police_crimes_1.xlsm", "save the sheet that is meant as .xlsx or 'CSV UTF-8'"),
    ".ods": (SOUND, "police_crimes_1.ods", "save the sheet that is meant as .xlsx or 'CSV UTF-8'"),
}


@pytest.mark.parametrize(("content", "name", "says"), UNSAFE.values(), ids=UNSAFE.keys())
def test_workbook_that_may_do_harm_or_is_of_another_format(
    tmp_path: Path, content: bytes, name: str, says: str
) -> None:
    line = taken(tmp_path, content, name).line
    assert line.status == "refused"
    assert says in line.reason


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576", "ZZZZZZ1"])
def test_cell_far_out_on_another_sheet_costs_nothing(tmp_path: Path, far: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = b'<row r="2"><c r="%s"><v>1</v></c></row></sheetData>' % far.encode()
                content = content.replace(b"</sheetData>", cell)
            new.writestr(name, content)
    line = taken(tmp_path, packed.getvalue()).line
    assert (line.status, line.accepted) == ("accepted", 1), line.reason


def test_hidden_rows_sheets_and_errors_are_told(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made["Data"].row_dimensions[2].hidden = True
        made["Secret"].sheet_state = "veryHidden"

    rows = [[*TITLES, "victim_age"], [*crime(1), "#N/A"]]
    line = taken(tmp_path, book({"Secret": rows, "Data": rows}, change)).line
    assert (line.status, line.accepted) == ("accepted", 1), line.reason
    assert {
        "hidden sheets: Secret; they are not read",
        "1 hidden rows were read like the others",
        "1 cells hold an error (such as #N/A) and were read as blank",
    } < set(line.warnings)


def test_codes_that_excel_changed_are_held_back(tmp_path: Path) -> None:
    # As text 4.1 is manslaughter and 4.10 corporate manslaughter; as a number nobody can tell.
    cells = [100000.0, 4.1, "4.1", 4.2, "4.10", date(2024, 3, 26), 13]
    rows = [crime(number, cell) for number, cell in enumerate(cells)]
    outcome = taken(tmp_path, book({"Data": [TITLES, *rows, [12345678901234567890, *crime(8)[1:]]]}))
    excel = "was changed by Excel into a number or a date: ask for the column as text"
    assert outcome.rejects == [
        (2, "offence_code", "code is not in the code list"),
        (3, "offence_code", excel),
        (7, "offence_code", excel),
        (9, "crime_id", excel),
    ]
    assert outcome.line.accepted == 4


def test_identifier_in_a_workbook_is_blocked(tmp_path: Path) -> None:
    numbers = [9434765919, 9434765870, 4505577104, 9876543210]
    rows = [[*crime(n), number] for n, number in enumerate(numbers)]
    settings = open_door(tmp_path)
    file = deliver(settings, NAME, book({"Data": [[*TITLES, "NHS number"], *rows]}))
    ran = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.main import run_app; run_app()", "ingest",
         "--workspace", str(tmp_path), str(file)], capture_output=True, text=True, check=False, cwd=PROJECT,
    )  # fmt: skip
    assert ran.returncode == 7, ran
    assert "9434765919" not in ran.stdout + ran.stderr
    assert [each.name for each in (settings.extracts / "police_crimes").iterdir()] == ["none.parquet"]


def test_contract_is_found_by_the_header_in_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "march.xlsx"
    file.write_bytes(book({"Notes": [["x", "y"]], "Data": [["Crimes"], TITLES, crime(1)]}))
    assert find_contracts(Delivered(file), CONTRACTS) == [CRIMES]
    file.write_bytes(b"PK\x03\x04")
    assert find_contracts(Delivered(file), CONTRACTS) == []
    packed = tmp_path / "sent.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("march.xlsx", SOUND)
    assert find_contracts(Delivered(packed, "march.xlsx"), CONTRACTS) == [CRIMES]


def test_contract_for_parquet_takes_no_workbook(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(SOUND)
    line = stage_file(file, replace(CRIMES, format="parquet"), tmp_path / "scratch").line
    assert line.reason.endswith("comes as text: save the sheet that is meant as 'CSV UTF-8'")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is told by Linux")
def test_memory_is_bounded_for_a_hundred_thousand_rows(tmp_path: Path) -> None:
    count = 100_000
    settings = open_door(tmp_path)
    head = "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in TITLES)
    with (
        zipfile.ZipFile(settings.deliveries / NAME, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        zipfile.ZipFile(io.BytesIO(SOUND)) as sound,
    ):
        for name in sound.namelist():
            if name != "xl/worksheets/sheet2.xml":
                package.writestr(name, sound.read(name))
        with package.open("xl/worksheets/sheet2.xml", "w") as sheet:
            space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            sheet.write(f'<worksheet xmlns="{space}"><sheetData><row>{head}</row>'.encode())
            for number in range(count):
                cells = [f"c{number}", "X23000001", "X06000001", f"2024-03-{number % 28 + 1:02}", "8N", "Y"]
                texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
                sheet.write(f"<row>{texts}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
    script = (
        "import re, sys; from pathlib import Path; from tests.ingest.door import *; "
        "seen = ingest(read_settings(Path(sys.argv[1]))); "
        # Of this program alone: what getrusage tells begins with the memory of the one that started it.
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]; "
        "print(seen.deliveries[0].accepted, peak)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True,
                          check=True, cwd=PROJECT)  # fmt: skip
    accepted, kilobytes = map(int, done.stdout.split())
    assert accepted == count
    assert kilobytes < 600_000, kilobytes


def test_first_rows_are_those_of_the_whole_sheet(tmp_path: Path) -> None:
    """The sheet is chosen by a cut copy; what is read afterwards is whole."""
    file = tmp_path / "x.xlsx"
    rows = [crime(number) for number in range(60)]
    file.write_bytes(book({"Notes": [["x"]], "Data": [TITLES, *rows]}))
    (tmp_path / "scratch").mkdir()
    reading = read_delivery(Delivered(file), CRIMES, tmp_path / "scratch")
    assert sum(make().cells.num_rows for make in reading.blocks) == 60
