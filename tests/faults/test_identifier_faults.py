"""Faults 44 to 46: identifiers block the whole file, look-alikes do not, and a text that holds one is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import read_contracts
from pipeline.ingest.identifiers import LINES
from pipeline.ingest.land import ingest_files
from pipeline.register import Delivery, read_ledger
from pipeline.settings import PROJECT, Settings, read_settings
from tests.faults.fault import (
    IDENTIFIERS,
    OK,
    WARNINGS,
    Fault,
    Sna,
    check_fault,
    crime,
    police,
)
from tests.ingest.door import AS_OF, POLICE, deliver, ingest, open_door

HEADER = POLICE.strip()


def with_column(title: str, *cells: str) -> bytes:
    rows = (f"{crime(number)},{cell}" for number, cell in enumerate(cells * 10))
    return police(*rows, header=f"{HEADER},{title}\n")


def blocked(title: str, *cells: str) -> Fault:
    return Fault(with_column(title, *cells), IDENTIFIERS, f"it holds identifiers ({title}: ")


# Valid by their check digits or shape, and nobody's: those of the services' own examples.
IDENTIFIED = {
    "fault 44: NHS number": blocked("nhs_number", "9434765919", "9434765870", "4010232137", "4505577104"),
    "fault 44: UPN": blocked("upn", "B801200005001"),
    "fault 44: National Insurance number": blocked("ref", "AB123456C"),
    "fault 44: e-mail": blocked("ref", "jo.bloggs@example.org.uk"),
    "fault 44: phone": blocked("ref", "07700 900123"),
    "fault 44: full postcode": blocked("ref", "L1 8JQ", "SW1A 1AA", "CF10 3NP"),
    "fault 44: date of birth": blocked("date_of_birth", "1987-03-14", "1990-07-02"),
    "fault 44: names": blocked("victim_name", "Jo Bloggs", "Mary Jones"),
    "fault 45: ten-digit crime references": Fault(
        police(*(f"{4_000_000_000 + number * 7_919},X23000001,X06000001,2024-03-01,8N,Y" for number in range(200))),
        OK, "", (200, 200, 0),
    ),
    "fault 46: an identifier in a free text": Fault(
        police(f"{crime(1)},fight outside", f"{crime(2)},call 07700 900123", header=f"{HEADER},crime_note\n"),
        WARNINGS, "1 free texts held an identifier and were not kept", (2, 1, 1),
        [(3, "crime_note", "free text holds an identifier; the text was not kept")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", IDENTIFIED.values(), ids=IDENTIFIED.keys())
def test_identifiers(fault: Fault, tmp_path: Path, sna: Sna, monkeypatch: pytest.MonkeyPatch) -> None:
    line = check_fault(fault, tmp_path, sna, monkeypatch)
    if fault.code == IDENTIFIERS:
        assert "Nothing of it was kept: delete the file" in line.reason
        settings = read_settings(tmp_path)
        cells = {row.rsplit(",", 1)[1] for row in fault.content.decode().splitlines()[1:]}
        kept = [
            file
            for folder in (settings.curated, settings.register)
            for file in folder.rglob("*")
            if file.is_file()
        ]
        assert kept
        assert not [file for file in kept for cell in cells if cell.encode() in file.read_bytes()]
        assert not [cell for cell in cells if cell in line.reason]


# Valid, and nobody's.
NUMBER = "6281948211"


def take_in(workspace: Path, content: bytes) -> tuple[Settings, Delivery]:
    settings = open_door(workspace)
    deliver(settings, "police_crimes_2024-03.csv", content)
    [line] = ingest(settings).deliveries
    return settings, line


@pytest.mark.parametrize(
    "row",
    [
        f"Note: patient {NUMBER} asked not to be counted,,,,,",
        f"Total,,{NUMBER},,,",
        f"Note: patient {NUMBER} asked not to be counted",
        "Source: the list of aisha khan,,,,,",
        "Produced by,Jane Smith,,,,",
        f"c2,X23000001,X06000001,2024-03-01,8N,Y,{NUMBER}",
        "c2,X23000001,X06000001,2024-03-01,8N,Y,seen at 14 Church Street,x",
    ],
)
def test_identifier_in_a_footer_or_a_ragged_row_blocks_the_file(tmp_path: Path, row: str) -> None:
    settings, line = take_in(tmp_path, police(crime(1), row))
    assert line.status == "blocked"
    assert line.reason.startswith(f"it holds identifiers (1 {LINES}")
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*.parquet"))
    kept += b"".join(file.read_bytes() for file in settings.register.rglob("*") if file.is_file())
    assert NUMBER.encode() not in kept and b"Jane" not in kept and b"Church" not in kept


@pytest.mark.parametrize(
    "row",
    [
        "Total,1,,,,",
        "Source: Home Office, table 12,,,,",
        "Note: figures for 2023/24 are provisional",
        "c2,X23000001,X06000001,2024-03-01,8N,Y,more",
    ],
)
def test_footer_or_ragged_row_without_an_identifier_blocks_nothing(tmp_path: Path, row: str) -> None:
    _, line = take_in(tmp_path, police(crime(1), row))
    assert (line.status, line.rejected) == ("accepted", 1)


def test_number_of_a_ragged_row_is_a_reference_where_the_file_has_such_references(tmp_path: Path) -> None:
    rows = [f"{4_000_000_000 + number * 7_919},X23000001,X06000001,2024-03-01,8N,Y" for number in range(200)]
    _, line = take_in(tmp_path, police(*rows, f"{NUMBER},X23000001,X06000001,2024-03-01,8N,Y,more"))
    assert (line.status, line.accepted, line.rejected) == ("accepted", 200, 1)


@pytest.mark.parametrize("births", [1, 20, 200])
@pytest.mark.parametrize("write", ["{}-03-12", "12/03/{}", "{}0312"])
def test_dates_of_birth_among_ages_block_the_file_whatever_their_share(
    tmp_path: Path, births: int, write: str
) -> None:
    contracts = [each for each in read_contracts(PROJECT) if each.source_id == "ed_assaults"]
    settings = open_door(tmp_path)
    cells = [str(20 + n % 60) if n >= births else write.format(1940 + n % 60) for n in range(200)]
    rows = [
        f"RBN01,2024-03-{1 + n % 28:02} 01:10,knife_sharp,street_public,{cell}"
        for n, cell in enumerate(cells)
    ]
    header = "site_code,arrival_datetime,assault_method,assault_location_type,age"
    file = deliver(settings, "ed_assaults_2024-03.csv", "\n".join([header, *rows, ""]).encode())
    [line] = ingest_files(settings, tuple(contracts), [file], AS_OF).deliveries
    assert (line.status, line.reason.split("(")[-1][:18]) == ("blocked", "age: date of birth"), line


@pytest.mark.parametrize("cells", [f"{NUMBER}.0", f"NHS{NUMBER}"])
def test_column_of_identifiers_that_no_contract_reads_is_not_kept_with_a_bad_row(
    tmp_path: Path, cells: str
) -> None:
    numbers = ["4010232137", "4505577104", "6328797966", "7000000058", NUMBER]
    rows = [f"{crime(n)},{cells.replace(NUMBER, number)}" for n, number in enumerate(numbers)]
    rows += [f"{crime(9, recorded='never')},{cells}"]
    settings, line = take_in(tmp_path, police(*rows, header=f"{HEADER},other\n"))
    assert line.status == "blocked"
    assert not list(settings.rejects.rglob("*.parquet"))


def test_identifier_inside_a_header_blocks_the_file_and_is_shown_nowhere(tmp_path: Path, sna: Sna) -> None:
    settings = open_door(tmp_path)
    title = "male_victims Aisha Khan 9434765919"
    file = deliver(settings, "police_crimes_2024-03.csv", with_column(title, "3"))
    ran = sna("ingest", "--workspace", tmp_path, file)
    [line] = read_ledger(settings.register)
    assert (ran.code, line.status) == (IDENTIFIERS, "blocked")
    said = ran.out + ran.err + repr(line) + sna("check", "--workspace", tmp_path, file).out
    assert "Aisha" not in said and "9434765919" not in said and "column 7" in said
