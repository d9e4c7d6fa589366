"""Faults 44 to 46: identifiers block the whole file, look-alikes do not, and a text that holds one is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import read_settings
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
from tests.ingest.door import POLICE

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
