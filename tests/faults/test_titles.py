"""Which titles of a supplier are shown: those that look like titles, in a header that can be one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.contracts import Column, read_contracts
from pipeline.ingest.header import nearest_column, suggest_columns, unread_titles
from pipeline.ingest.recognise import nearest_contract
from pipeline.settings import PROJECT
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


FOLDED = ["Cases Discussed", "cases-discussed", "CASES_DISCUSSED", " Cases  discussed_", "cases – discussed"]


@pytest.mark.parametrize("title", FOLDED)
def test_case_and_what_divides_words_do_not_matter(title: str) -> None:
    [marac] = [contract for contract in read_contracts(PROJECT) if contract.source_id == "marac_returns"]
    assert marac.field_of(title) == "case_count"
    assert marac.field_of("casesdiscussed") is None


def test_column_is_suggested_by_its_words_in_any_order() -> None:
    [assaults] = [contract for contract in read_contracts(PROJECT) if contract.source_id == "ed_assaults"]
    titles = [column.headers[0] for column in assaults.columns if column.name != "assault_method"]
    assert suggest_columns([*titles, "Method of assault"], assaults) == (
        ("Method of assault", "assault_method"),
    )


ALIKE = {
    "order": ("date_recorded", "recorded_on"),
    "plural and a stroke": ("victims: sex", "victim_sex"),
    "words beside it": ("weapon used", "weapon_type"),
    "another thing of the same person": ("Victim gender", ""),
    "another kind of thing": ("crime date", ""),
    "written as one": ("weapontype", "weapon_type"),
    "camel case": ("PlaceOfLocationType", "location_type"),
    "a shared common word alone": ("ward code", ""),
    "a common word alone": ("Code", ""),
    "nothing": ("colour", ""),
    "letters by accident": ("c1617", ""),
    "no word": ("of the", ""),
}


@pytest.mark.parametrize(("title", "column"), ALIKE.values(), ids=ALIKE.keys())
def test_column_is_suggested_where_words_or_letters_are_alike(title: str, column: str) -> None:
    assert (nearest_column(title, CRIMES, ()) or "") == column


def test_other_numbers_are_another_column() -> None:
    ages = replace(CRIMES, columns=(Column("victims_16_17", "integer", ("victims_16_17",)),))
    assert nearest_column("c1617", ages, ()) is None
    assert nearest_column("victims 18-24", ages, ()) is None
    assert nearest_column("victims aged 16-17", ages, ()) == "victims_16_17"


def test_nearest_contract_has_half_of_its_required_columns() -> None:
    contracts = read_contracts(PROJECT)
    fire = ["incident number", "date", "station", "London", "Year", "fires", "Month"]
    assert nearest_contract(fire, contracts) is None
    four = [column.headers[0] for column in CRIMES.required]
    assert len(four) == 4
    assert nearest_contract(four[:2], [CRIMES]) is CRIMES
    assert nearest_contract(four[:1], [CRIMES]) is None
    assert nearest_contract([four[0], "lad_code", "da_flag", "victim_sex"], [CRIMES]) is None
