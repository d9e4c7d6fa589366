"""Faults 27 to 36: a delivery beside those before it, its months, its places and its flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import plan
from pipeline.ingest import land
from pipeline.register import Delivery, read_decisions, read_ledger
from pipeline.settings import PROJECT, Settings
from tests.faults.fault import (
    CONTRACTS,
    NAME,
    OK,
    REFUSED,
    WARNINGS,
    Sna,
    crime,
    ingest_with,
    police,
)
from tests.ingest.door import deliver, open_door, read_extract, read_rejects

OTHER = "police_crimes_other.csv"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(plan, "read_contracts", lambda _: CONTRACTS)
    return open_door(tmp_path)


def take(settings: Settings, name: str, content: bytes, contracts=CONTRACTS) -> Delivery:  # type: ignore[no-untyped-def]
    """The ledger line of a file that is delivered beside those before it."""
    deliver(settings, name, content)
    [line] = [line for line in ingest_with(settings, contracts).deliveries if line.file_name == name]
    return line


def month(name: str, count: int, first: int = 0, last_day: int = 28) -> list[str]:
    return [crime(first + n, f"{name}-{last_day - n % last_day:02}") for n in range(count)]


def test_fault_27_same_file_twice_is_nothing_to_do(settings: Settings, sna: Sna) -> None:
    file = deliver(settings, NAME, police(crime(1)))
    assert sna("ingest", "--workspace", settings.workspace, file).code == OK
    ran = sna("ingest", "--workspace", settings.workspace, file)
    [line] = read_ledger(settings.register)
    assert ran.code == OK
    assert f"Already taken in on {line.recorded_on} as {NAME} (police_crimes): nothing to do" in ran.out


def test_fault_27_same_file_under_another_name_is_nothing_to_do(settings: Settings, sna: Sna) -> None:
    file = deliver(settings, NAME, police(crime(1)))
    sna("ingest", "--workspace", settings.workspace, file)
    file.rename(settings.deliveries / OTHER)
    ran = sna("ingest", "--workspace", settings.workspace, settings.deliveries / OTHER)
    assert ran.code == OK
    assert f"Set aside: {OTHER}: it is the same, byte for byte, as {NAME}, which is read" in ran.out
    assert len(read_extract(settings, "police_crimes")) == 1


def test_fault_28_revision_supersedes_shows_its_changes_and_keeps_the_old(
    settings: Settings, sna: Sna
) -> None:
    file = deliver(settings, NAME, police(crime(1), crime(2), crime(3)))
    sna("ingest", "--workspace", settings.workspace, file)
    file.write_bytes(police(crime(1), crime(2, flag="N"), crime(4), crime(5)))
    ran = sna("ingest", "--workspace", settings.workspace, file)
    old, new = read_ledger(settings.register)
    assert ran.code == OK
    assert f"Revised: {NAME}: 2 rows added, 1 removed, 1 altered; 3 before, 4 after" in ran.err
    assert new.supersedes == (old.delivery_id,)
    assert (settings.superseded / "police_crimes" / f"{old.delivery_id}.parquet").exists()
    assert [row[0] for row in read_extract(settings, "police_crimes", "crime_id")] == ["c1", "c2", "c4", "c5"]


def test_fault_29_overlap_of_records_with_an_identifier_is_counted_and_the_later_counts(
    settings: Settings,
) -> None:
    take(settings, NAME, police(*(crime(n) for n in range(6))))
    line = take(settings, OTHER, police(crime(4), crime(5), crime(7, "2024-04-01")))
    assert line.status == "accepted"
    assert f"it holds 2 records that {NAME} holds too: the later record counts" in line.warnings


def test_fault_29_overlap_of_records_without_an_identifier_is_refused_until_accepted(
    settings: Settings, sna: Sna
) -> None:
    header = "FY,Financial Quarter,Force,Offence Code,Group,n\n"
    rows = [f"2022/23,{n % 4 + 1},Force,{n},Violence,{n}\n" for n in range(6)]
    name, other = "prc_pfa_a.csv", "prc_pfa_b.csv"
    take(settings, name, (header + "".join(rows)).encode())
    file = deliver(settings, other, (header + rows[0] + "2022/23,1,Force,9,Violence,9\n").encode())
    ran = sna("ingest", "--workspace", settings.workspace, file)
    assert (ran.code, f"it speaks in part of the same periods as {name}" in ran.err) == (REFUSED, True), ran
    ran = sna(
        "ingest", "--workspace", settings.workspace, file, "--accept", "overlap", "--reason", "Other areas."
    )
    assert ran.code in (OK, WARNINGS)
    assert len(read_extract(settings, "recorded_crime")) == 8


def test_fault_30_copy_stays_once_with_a_warning_and_contradictions_are_both_held_back(
    settings: Settings,
) -> None:
    line = take(settings, NAME, police(crime(1), crime(1), crime(2), crime(2, flag="N")))
    assert "1 exact copies of an earlier row were held back" in line.warnings
    assert read_rejects(settings, line) == [
        (3, "crime_id", "exact copy of an earlier row"),
        (4, "crime_id", "same identifier, different content"),
        (5, "crime_id", "same identifier, different content"),
    ]


def test_fault_31_missing_month_is_told(settings: Settings) -> None:
    line = take(settings, NAME, police(crime(1, "2023-11-01"), crime(2, "2024-02-01")))
    assert "no delivery holds 2023-12, 2024-01: figures of those periods are not available" in line.warnings


YEAR = [f"2023-{n:02}" for n in range(1, 13)]


def year(**counts: int) -> bytes:
    """Forty crimes in each month of 2023, but for the months told: m03=100."""
    rows = [
        row for at, each in enumerate(YEAR) for row in month(each, counts.get(f"m{each[5:]}", 40), at * 1000)
    ]
    return police(*rows)


@pytest.mark.parametrize(("count", "is_refused"), [(19, True), (20, False), (60, False), (61, True)])
def test_fault_32_month_far_from_its_year_is_refused(
    settings: Settings, count: int, is_refused: bool
) -> None:
    take(settings, NAME, year())
    # From the first to the last days of the month: what comes in part is told, not refused.
    rows = [crime(90_000 + n, f"2024-01-{1 + n * 28 // count:02}") for n in range(count)]
    line = take(settings, OTHER, police(*rows))
    assert (line.status == "refused") == is_refused
    assert line.reason.startswith(f"2024-01 has {count} rows, and the months before it have 40") == is_refused


def test_fault_32_volume_is_accepted_on_a_reason_that_is_recorded(settings: Settings, sna: Sna) -> None:
    sna("ingest", "--workspace", settings.workspace, deliver(settings, NAME, year()))
    file = deliver(settings, OTHER, police(*month("2024-01", 61, 90_000)))
    named = ("ingest", "--workspace", settings.workspace, file)
    assert sna(*named).code == REFUSED
    assert sna(*named, "--accept-volume").code == 2
    assert sna(*named, "--accept-volume", "--reason", "A festival.").code == OK
    [decision] = read_decisions(settings.register)
    assert (decision.rule, decision.reason) == ("volume", "A festival.")
    assert "(A festival.)" in read_ledger(settings.register)[-1].warnings[-1]


def test_fault_32_first_delivery_is_judged_by_its_own_months(settings: Settings) -> None:
    assert take(settings, NAME, year(m09=80)).reason.startswith("2023-09 has 80 rows")


def test_fault_31_part_of_a_month_is_told(settings: Settings) -> None:
    rows = police(*month("2024-01", 30, 90_000, last_day=10)).decode().split("\n", 1)[1]
    line = take(settings, NAME, year() + rows.encode())
    assert line.status == "accepted"
    assert "2024-01 may not be whole: its last record is of 2024-01-10" in line.warnings


def test_fault_32_files_of_a_week_each_are_no_fall(settings: Settings) -> None:
    take(settings, NAME, year())
    for week in range(4):
        rows = [crime(90_000 + 100 * week + n, f"2024-01-{7 * week + n % 7 + 1:02}") for n in range(10)]
        assert take(settings, f"police_crimes_week_{week}.csv", police(*rows)).status == "accepted", week


def test_fault_32_revision_that_leaves_out_half_a_month_is_refused_until_accepted(
    settings: Settings, sna: Sna
) -> None:
    file = deliver(settings, NAME, police(*month("2024-01", 100)))
    named = ("ingest", "--workspace", settings.workspace, file)
    assert sna(*named).code == OK
    file.write_bytes(police(*month("2024-01", 50)))
    ran = sna(*named)
    assert (ran.code, len(read_extract(settings, "police_crimes"))) == (REFUSED, 100)
    assert "of whose 100 rows it leaves out 50: ask the supplier whether they are gone for good" in ran.err
    assert sna(*named, "--accept", "removed", "--reason", "They were no crimes.").code == OK
    assert len(read_extract(settings, "police_crimes")) == 50


def test_fault_29_second_half_of_a_month_takes_nothing_away(settings: Settings) -> None:
    whole = month("2024-01", 56)
    take(settings, NAME, police(*whole))
    line = take(settings, OTHER, police(*(row for row in whole if int(row.split(",")[3][-2:]) > 14)))
    assert line.supersedes == ()
    assert f"it holds 28 records that {NAME} holds too: the later record counts" in line.warnings
    assert len(set(read_extract(settings, "police_crimes", "crime_id"))) == 56


PLACED = "crime_id,force_code,lsoa21_code,recorded_date,offence_code\n"


def placed(*lsoas: str) -> bytes:
    return police(*(f"c{n},X23000001,{code},2024-03-01,8N" for n, code in enumerate(lsoas)), header=PLACED)


@pytest.mark.parametrize(("unknown", "status"), [(1, "accepted"), (2, "refused")])
def test_fault_33_unknown_places_are_held_back_and_from_one_in_a_hundred_on_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, unknown: int, status: str
) -> None:
    monkeypatch.setattr(land, "known_lsoas", lambda *_: frozenset(["X01000001"]))
    line = take(settings, NAME, placed(*["X01000001"] * (150 - unknown), *["X01999999"] * unknown))
    assert line.status == status
    if status == "accepted":
        assert line.rules == {"lsoa_code code is not in the code list": unknown}
    else:
        assert line.reason.startswith("2 of its 150 rows name a place in lsoa_code that no lookup knows")


def test_fault_33_code_of_the_wrong_form_is_held_back(settings: Settings) -> None:
    line = take(settings, NAME, placed("X01000001", "E0100001", "e01000001"))
    rule = "is not a code of the right form"
    assert read_rejects(settings, line) == [(3, "lsoa_code", rule), (4, "lsoa_code", rule)]


def test_fault_33_merged_districts_are_mapped_by_the_seed() -> None:
    seeds = PROJECT / "dbt_project" / "seeds"
    text = "".join(file.read_text(encoding="utf-8") for file in seeds.glob("*lad*.csv"))
    # Allerdale, Carlisle and Copeland became Cumberland in April 2023.
    assert all(code in text for code in ("E07000026", "E07000028", "E07000029", "E06000063"))


def test_fault_35_flag_that_says_neither_is_unknown_and_counted(settings: Settings) -> None:
    words = ["Y", "N", "", "Unknown", "Perhaps"]
    line = take(settings, NAME, police(*(crime(n, flag=word) for n, word in enumerate(words))))
    assert read_extract(settings, "police_crimes", "is_domestic") == [
        (True,),
        (False,),
        (None,),
        (None,),
        (None,),
    ]
    assert "2 values of is_domestic are neither yes nor no: kept as not known" in line.warnings
