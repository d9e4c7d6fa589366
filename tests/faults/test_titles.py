"""Which titles of a supplier are shown: those that look like titles, in a header that can be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest.header import suggest_columns, unread_titles
from tests.faults.fault import CRIMES, Sna
from tests.ingest.door import POLICE, deliver, open_door

KNOWN = POLICE.strip().split(",")
CANARY = "Quillfeather"
SHOWN = {
    "words": (["colour", "Beat (new)"], ["colour", "Beat (new)"]),
    "words with a number": (["Q1 total", "lsoa21cd"], ["Q1 total", "lsoa21cd"]),
    "blank": (["", "colour"], ["colour"]),
    "nothing that a terminal obeys": (["colour", "beat\x07"], ["colour", "column 8"]),
    "longer than a title": (["colour", "x" * 200], ["colour", "column 8"]),
    "a date among them": ([CANARY, "2024-03-01"], ["column 7", "column 8"]),
    "a code among them": ([CANARY, "X06000001"], ["column 7", "column 8"]),
    "a short code among them": ([CANARY, "8N"], ["column 7", "column 8"]),
    "a postcode among them": ([CANARY, "L1 8JQ"], ["column 7", "column 8"]),
    "an address among them": ([CANARY, "j@example.org"], ["column 7", "column 8"]),
    "one twice": ([CANARY, "Y", "y"], ["column 7", "column 8", "column 9"]),
}


@pytest.mark.parametrize(("more", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_titles_that_are_shown(more: list[str], shown: list[str]) -> None:
    assert unread_titles([*KNOWN, *more], CRIMES) == shown
    assert [title for title, _ in suggest_columns([*KNOWN, *more], CRIMES)] == shown


def test_row_that_names_no_column_is_nobodys_header() -> None:
    assert unread_titles([CANARY, "Anna"], CRIMES) == ["column 1", "column 2"]


def test_column_that_is_not_shown_is_like_none() -> None:
    titles = ["crime_id", "force_code", "recorded_date", "ho_code", "da_flags", "2024-03-01"]
    assert suggest_columns(titles, CRIMES) == (("column 5", ""), ("column 6", ""))
    assert suggest_columns(titles[:-1], CRIMES) == (("da_flags", "is_domestic"),)


@pytest.mark.parametrize("count", [1, 3])
def test_cells_of_a_row_that_the_header_ran_into_reach_no_screen(
    tmp_path: Path, sna: Sna, count: int
) -> None:
    settings = open_door(tmp_path)
    row = f"{CANARY},X23000001,X06000001,2024-03-01,8N,Y\n"
    file = deliver(settings, "police_crimes_2024.csv", (POLICE.strip() + row * count).encode())
    for command in (("check", file), ("check", file, "--json"), ("ingest", file), ("ingest",)):
        ran = sna(*command, "--workspace", tmp_path)
        assert CANARY not in ran.out + ran.err, ran
    ledger = [each.read_text() for each in settings.register.rglob("*") if each.is_file()]
    assert CANARY not in "".join(ledger)
