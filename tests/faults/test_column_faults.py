"""Faults 13 to 26: which column is which, what a cell means, and what a workbook hides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.faults.fault import (
    CONTRACTS,
    NAME,
    OK,
    REFUSED,
    WARNINGS,
    Fault,
    Sna,
    check_fault,
    contracts_with_column,
    crime,
    ingest_with,
    police,
)
from tests.ingest.door import POLICE, deliver, open_door, read_extract, read_rejects

TITLES = b"Recorded crime\nApril 2024\n\n"
EXCEL = "was changed by Excel into a number or a date: ask for the column as text"
MANGLED = ("26/03/2024", "2024-03-26", "13.0", '"1,234"', "#REF!", "###")
FOOTER = "a footer or a total, not a record"


def dated(*days: str) -> bytes:
    return police(*(crime(number, day) for number, day in enumerate(days)))


COLUMNS = {
    "fault 13: title rows above the header": Fault(
        TITLES + police(crime(1)), WARNINGS, "3 lines stood above the header and were passed over", (1, 1, 0)
    ),
    "fault 13: header on line 20": Fault(
        b"a note\n" * 19 + police(crime(1)), WARNINGS, "19 lines stood above the header", (1, 1, 0)
    ),
    "fault 13: header below line 20": Fault(
        b"a note\n" * 20 + police(crime(1)), REFUSED, "the required columns 'crime_id_pseudo'"
    ),
    "fault 13: footers": Fault(
        police(crime(1), "Total,1,,,,", "Source: the force"), WARNINGS, "2 footer or total rows were held back",
        (3, 1, 2), [(3, "", FOOTER), (4, "", FOOTER)],
    ),
    "fault 14: alias known": Fault(
        police(crime(1), header=POLICE.replace("crime_id", "Crime_ID_Pseudo")), OK, "", (1, 1, 0)
    ),
    "fault 14: alias unknown": Fault(
        police(crime(1), header=POLICE.replace("recorded_date", "record_date")), REFUSED,
        "'recorded_date' of 'Police recorded crime, record level' not found (nearest: 'record_date')",
    ),
    "fault 14: two aliases unknown, each with its nearest": Fault(
        police(crime(1), header=POLICE.replace("recorded_date", "record_date").replace("force_", "forces_")),
        REFUSED, "not found (nearest: 'forces_code', 'record_date')",
    ),
    "fault 16: extra column": Fault(
        police(f"{crime(1)},red", header=f"{POLICE.strip()},colour\n"), OK, "columns not read: colour", (1, 1, 0)
    ),
    "fault 17: duplicate header": Fault(
        police(f"{crime(1)},N", header=f"{POLICE.strip()},da_flag\n"), REFUSED,
        "line 1: two columns are headed as 'is_domestic'",
    ),
    "fault 17: duplicate header under two aliases": Fault(
        police(f"{crime(1)},N", header=f"{POLICE.strip()},domestic_abuse_flag\n"), REFUSED,
        "line 1: two columns are headed as 'is_domestic'",
    ),
    "fault 17: duplicate header that no column reads": Fault(
        police(f"{crime(1)},red,blue", header=f"{POLICE.strip()},colour, Colour\n"), REFUSED,
        "line 1: columns 7 and 8 have the same title: ask the supplier which one is meant",
    ),
    "fault 17: titles that are blank": Fault(
        police(f"{crime(1)},,", header=f"{POLICE.strip()},,\n"), OK, "", (1, 1, 0)
    ),
    "fault 18: required column missing": Fault(
        police("c1,2024-03-01,8N", header="crime_id,recorded_date,offence_code\n"), REFUSED,
        "the required column 'force_code'",
    ),
    "fault 20: US dates": Fault(
        dated("03/13/2024", "03/01/2024"), REFUSED, "1 dates of recorded_on have the month first (mm/dd/yyyy)"
    ),
    "fault 20: fifty dates without a day above 12": Fault(
        dated(*(f"{day % 12 + 1:02}/03/2024" for day in range(50))), WARNINGS,
        "no date of recorded_on lies after the 12th of a month", (50, 50, 0),
    ),
    "fault 20: forty-nine such dates": Fault(
        dated(*(f"{day % 12 + 1:02}/03/2024" for day in range(49))), WARNINGS,
        "2024-03 may not be whole: its last record is of 2024-03-12", (49, 49, 0)
    ),
    "fault 21: Excel's days where nobody says so": Fault(
        dated("2024-03-01", "45352"), WARNINGS, "", (2, 1, 1),
        [(3, "recorded_on", "is Excel's count of days, not a date: ask for the date as text")],
    ),
    "fault 22: codes that Excel changed": Fault(
        police(crime(1), "c2,X23000001,1E+05,2024-03-01,8N,Y", crime(3, offence="Mar-26"),
               crime(4, offence="1E05"), "1.2E+05,X23000001,,2024-03-01,8N,Y"),
        WARNINGS, "", (5, 1, 4),
        [(3, "lad_code", EXCEL), (4, "offence_code", EXCEL), (5, "offence_code", EXCEL), (6, "crime_id", EXCEL)],
    ),
    "fault 22: other codes that Excel changed": Fault(
        police(crime(1), *(crime(2, offence=cell) for cell in MANGLED)),
        WARNINGS, "", (7, 1, 6), [(line, "offence_code", EXCEL) for line in range(3, 9)],
    ),
    "fault 22: a month that Excel changed": Fault(
        b"Crime ID,Month,Falls within,Crime type\nk1,2024-03,Force,Robbery\nk2,Mar-24,Force,Robbery\n", WARNINGS, "",
        (2, 1, 1), [(3, "month_start", EXCEL)], name="2024-03-x-street.csv",
    ),
    "fault 22: leading zeros lost where a pattern has digits": Fault(
        police(crime(1, offence="008"), crime(2, offence="8"), crime(3, offence="0081")), WARNINGS, "", (3, 1, 2),
        [(3, "offence_code", "code has lost its leading zeros: ask for the column as text"),
         (4, "offence_code", "is not a code of the right form")],
        contracts=contracts_with_column("offence_code", codes=frozenset(), pattern="\\d{3}"),
    ),
    "fault 22: keys that Excel took for months and numbers": Fault(
        police(*(f"{key},X23000001,,2024-03-01,8N,Y" for key in ("Mar-26", "26-Mar", "1.23E+15", "1E+05", "MAR-26",
                                                                 "RC-26"))),
        WARNINGS, "", (6, 2, 4), [(line, "crime_id", EXCEL) for line in range(2, 6)],
    ),
    "fault 22: leading zeros lost": Fault(
        police(crime(1, offence="08N"), crime(2, offence="8N")), WARNINGS, "", (2, 1, 1),
        [(3, "offence_code", "code has lost its leading zeros: ask for the column as text")],
        contracts=contracts_with_column("offence_code", codes=frozenset({"08N", "002"})),
    ),
    "fault 23: a year of two digits": Fault(
        dated("01/03/2024", "01/03/24", "24-03-01", "1-Mar-24"), WARNINGS, "", (4, 1, 3),
        [(line, "recorded_on", "has a year of two digits: ask for dates as yyyy-mm-dd") for line in (3, 4, 5)],
    ),
    "fault 23: future date and a date before 1990": Fault(
        dated("1990-01-01", "1989-12-31", "2999-01-01"), WARNINGS, "", (3, 1, 2),
        [(3, "recorded_on", "date lies before 1990"), (4, "recorded_on", "date lies in the future")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", COLUMNS.values(), ids=COLUMNS.keys())
def test_columns(fault: Fault, tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> None:
    check_fault(fault, tmp_path, sna, monkeypatch)


def test_fault_15_reordered_columns_are_mapped_by_name(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    text = b"da_flag,offence_code,recorded_date,lad_code,force_code,crime_id\nY,8N,2024-03-01,X06000001,X23000001,c1\n"
    deliver(settings, NAME, text)
    ingest_with(settings, CONTRACTS)
    columns = "crime_id, police_force_code, lad_code, cast(recorded_on as varchar), offence_code, is_domestic"
    assert read_extract(settings, "police_crimes", columns) == [
        ("c1", "X23000001", "X06000001", "2024-03-01", "8N", True)
    ]


def test_fault_18_optional_column_that_is_missing_is_null_with_a_warning(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    header = POLICE.replace(",da_flag", "")
    deliver(settings, NAME, police(crime(1).removesuffix(",Y"), header=header))
    [line] = ingest_with(settings, CONTRACTS).deliveries
    [sent] = [warning for warning in line.warnings if warning.startswith("optional columns not sent")]
    assert "da_flag" in sent
    assert read_extract(settings, "police_crimes", "is_domestic") == [(None,)]


def test_fault_19_symbols_stay_apart_and_other_words_are_held_back(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    [children] = [each for each in CONTRACTS if each.source_id == "children_in_need"]
    known = {"*": "suppressed", "<5": "low", "N/K": "not_available", "z": "not_applicable", "u": "unreliable"}
    columns = tuple(
        replace(column, symbols=tuple(known.items())) if column.name == "children_in_need_count" else column
        for column in children.columns
    )
    cells = ["12", *known, "", "0", "12-17", "few"]
    text = "time_period,geographic_level,At31_episodes\n" + "".join(
        f"2023,National,{cell}\n" for cell in cells
    )
    deliver(settings, "b1_children_in_need_x.csv", text.encode())
    [line] = ingest_with(settings, [replace(children, columns=columns)]).deliveries
    assert read_extract(
        settings, "children_in_need", "children_in_need_count, children_in_need_count_status"
    ) == [
        (12, "reported"),
        *((None, status) for status in known.values()),
        (None, "blank"),
        (0, "reported"),
    ]
    assert [row[0] for row in read_rejects(settings, line)] == [10, 11]


@pytest.mark.parametrize(("epoch", "day"), [(1900, date(2024, 3, 1)), (1904, date(2028, 3, 2))])
def test_fault_21_excel_days_are_converted_where_the_contract_says_so(
    tmp_path: Path, epoch: int, day: date
) -> None:
    settings = open_door(tmp_path)
    deliver(settings, NAME, dated("45352"))
    seen = ingest_with_day(
        settings, contracts_with_column("recorded_on", excel_epoch=epoch), date(2029, 1, 1)
    )
    assert [line.status for line in seen.deliveries] == ["accepted"]
    assert read_extract(settings, "police_crimes", "recorded_on") == [(day,)]


def ingest_with_day(settings, contracts, as_of):  # type: ignore[no-untyped-def]
    from pipeline.ingest.land import ingest_folder

    return ingest_folder(settings, contracts, as_of)


SHEET = "GOR-Data-Totals"
ROWS = [["", "", "London"], ["Year", "Month", "FAEs"], ["2022-23", "April", 3], ["2022-23", "May", 4]]


def workbook(change: Callable[[openpyxl.Workbook], object] = lambda _: None, rows: Sequence = ROWS) -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = SHEET
    for row in rows:
        page.append(list(row))
    change(made)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def with_part(content: bytes, name: str, part: bytes = b"x") -> bytes:
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(name, part)
    return packed.getvalue()


def with_text(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with a text of one part changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            if part == name:
                assert old in text
                text = text.replace(old, new)
            after.writestr(part, text)
    return packed.getvalue()


def add_hidden(made: openpyxl.Workbook) -> None:
    made.create_sheet("Secret").sheet_state = "hidden"


def hide_the_sheet(made: openpyxl.Workbook) -> None:
    made.create_sheet("Notes")
    made[SHEET].sheet_state = "hidden"


def hide_row(made: openpyxl.Workbook) -> None:
    made[SHEET].row_dimensions[4].hidden = True


PAGE = "xl/worksheets/sheet1.xml"
FORMULA = workbook(rows=[*ROWS[:3], ["2022-23", "May", "=2+2"]])
CACHED = with_text(FORMULA, PAGE, b"<f>2+2</f><v></v>", b"<f>2+2</f><v>4</v>")
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
HINT = (
    "the workbook has a password, or is of an old format (.xls, .xlsb): save it as .xlsx without a password"
)
BOTH = (2, 2, 0)
WORKBOOKS = {
    "fault 24: several sheets": Fault(
        workbook(lambda made: made.create_sheet("Notes", 0)), OK, "", BOTH, name="sharp.xlsx"
    ),
    "fault 24: sheet of the contract missing": Fault(
        workbook(lambda made: setattr(made[SHEET], "title", "Data")), REFUSED,
        "the workbook has no sheet 'GOR-Data-Totals'; its sheets are Data", name="sharp.xlsx",
    ),
    "fault 24: hidden sheet": Fault(
        workbook(add_hidden), WARNINGS, "hidden sheets: Secret; they are not read", BOTH, name="sharp.xlsx"
    ),
    "fault 24: the contract's sheet is hidden": Fault(
        workbook(hide_the_sheet), WARNINGS, "the sheet GOR-Data-Totals is hidden; it was read all the same", BOTH,
        name="sharp.xlsx",
    ),
    "fault 24: hidden row": Fault(workbook(hide_row), WARNINGS, "1 hidden rows were read", BOTH, name="sharp.xlsx"),
    "fault 24: merged cells": Fault(
        workbook(lambda made: made[SHEET].merge_cells("A3:A4")), OK, "", BOTH, name="sharp.xlsx"
    ),
    "fault 24: formula with its value": Fault(CACHED, OK, "", BOTH, name="sharp.xlsx"),
    "fault 24: formula without a value": Fault(
        FORMULA, REFUSED, "cell C4 holds a formula without a value: open the workbook in Excel", name="sharp.xlsx"
    ),
    "fault 25: password": Fault(OLD_FORMAT, REFUSED, HINT, name="sharp.xlsx"),
    "fault 25: .xls": Fault(OLD_FORMAT, REFUSED, HINT, name="sharp.xls"),
    "fault 25: .xlsb": Fault(workbook(), REFUSED, HINT, name="sharp.xlsb"),
    "fault 25: .xls for a text": Fault(OLD_FORMAT, REFUSED, "the file is a workbook", name="police_crimes_x.csv"),
    "fault 26: macros": Fault(
        with_part(workbook(), "xl/vbaProject.bin"), REFUSED, "the workbook holds macros (.xlsm)", name="sharp.xlsm"
    ),
    "fault 26: macros under another name": Fault(
        with_part(workbook(), "xl/vbaProject.bin"), REFUSED, "the workbook holds macros", name="sharp.xlsx"
    ),
    "fault 26: links to other files": Fault(
        with_part(workbook(), "xl/externalLinks/externalLink1.xml"), REFUSED, "the workbook links to other files",
        name="sharp.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", WORKBOOKS.values(), ids=WORKBOOKS.keys())
def test_workbook(fault: Fault, tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> None:
    check_fault(fault, tmp_path, sna, monkeypatch)


def test_fault_24_value_that_excel_kept_is_used(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    deliver(settings, "sharp.xlsx", CACHED)
    ingest_with(settings, CONTRACTS)
    assert read_extract(settings, "sharp_object_admissions", "london_count") == [(3,), (4,)]
