"""Words that the contract does not know, totals among records, and words of rows that were held back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import read_contracts
from pipeline.ingest.land import ingest_files
from pipeline.register import Delivery, read_ledger
from pipeline.settings import PROJECT, Settings
from tests.cli.area import run_sna
from tests.faults.fault import Sna, crime, police
from tests.ingest.door import AS_OF, deliver, open_door, read_rejects, take_in

CONTRACTS = {contract.source_id: contract for contract in read_contracts(PROJECT)}
NAME = "police_crimes_2024-03.csv"
FOOTER = "a footer or a total, not a record"
MARAC = "quarter_start,marac,lad_code,cases_discussed\n"


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sna:
    return lambda *arguments: run_sna(monkeypatch, capsys, *arguments)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_door(tmp_path)


def take(settings: Settings, source_id: str, content: str, name: str = "delivery.csv") -> Delivery:
    file = deliver(settings, name, content.encode())
    [line] = ingest_files(settings, (CONTRACTS[source_id],), [file], AS_OF).deliveries
    return line


def assaults(*methods: str) -> str:
    header = "site_code,arrival_datetime,assault_method,assault_location_type\n"
    rows = (f"RBN01,2024-03-01 01:{n % 60:02},{word},street_public\n" for n, word in enumerate(methods))
    return header + "".join(rows)


def test_codes_that_have_changed_are_asked_about(settings: Settings, sna: Sna) -> None:
    content = assaults(*(f"{n % 9}" for n in range(200)))
    line = take(settings, "ed_assaults", content, "ed_assaults_2024-03.csv")
    assert line.status == "refused"
    assert line.reason.startswith(
        "200 of its 200 rows hold a word in assault_method that we do not know: ask the supplier whether its codes "
        "have changed; if it is right, accept it: sna ingest FILE --accept unknown_words"
    )
    file = settings.deliveries / "ed_assaults_2024-03.csv"
    workspace = settings.deliveries.parents[1]
    ran = sna("ingest", file, "--accept", "unknown_words", "--reason", "new codes", "--workspace", workspace)
    [accepted] = [each for each in read_ledger(settings.register) if each.status == "accepted"]
    assert (ran.code, accepted.accepted, accepted.unknown_words) == (4, 200, {"assault_method": 200})


def test_typing_errors_and_words_for_not_known_are_no_change_of_codes(settings: Settings) -> None:
    words = ["knife_sharp"] * 120 + ["Unknown", "N/K", "not recorded", ""] * 15 + ["knif"] * 20
    line = take(settings, "ed_assaults", assaults(*words))
    assert (line.status, line.accepted, line.unknown_words) == ("accepted", 200, {"assault_method": 20})


def test_flags_of_no_meaning_count_and_only_those_of_accepted_rows(settings: Settings) -> None:
    flags = ["Y"] * 30 + ["Unknown"] * 30 + ["Perhaps"] * 10
    bad = [crime(1_000 + n, recorded="never", flag="Perhaps") for n in range(5)]
    line = take(
        settings, "police_crimes", police(*(crime(n, flag=f) for n, f in enumerate(flags)), *bad).decode()
    )
    assert (line.status, line.accepted, line.unknown_words) == ("accepted", 70, {"is_domestic": 10})
    flags = ["Y"] * 30 + ["J"] * 40
    line = take(
        settings, "police_crimes", police(*(crime(n, flag=f) for n, f in enumerate(flags))).decode(), "b.csv"
    )
    assert line.reason.startswith("40 of its 70 rows hold a word in is_domestic that we do not know")


@pytest.mark.parametrize(
    "word", ["Total", "TOTALS", "Grand total", "Sub-total", "subtotal", "All", "All Maracs"]
)
def test_total_among_returns_is_no_record(settings: Settings, word: str) -> None:
    content = f"{MARAC}2023-12-01,Liverpool,,40\n2023-12-01,{word},,4000\n2023-12-01,{word},,\n"
    line = take(settings, "marac_returns", content)
    assert (line.status, line.accepted, line.rules) == ("accepted", 1, {FOOTER: 2})
    assert [(number, rule) for number, _, rule in read_rejects(settings, line)] == [(3, FOOTER), (4, FOOTER)]


def test_what_only_begins_like_a_total_is_a_record(settings: Settings) -> None:
    names = ["All Saints", "Total Care", "Allerton", "All Idvas"]
    line = take(settings, "marac_returns", MARAC + "".join(f"2023-12-01,{name},,40\n" for name in names))
    assert (line.accepted, line.rejected) == (4, 0)


def test_declared_total_of_a_table_is_a_record(settings: Settings) -> None:
    """Pupils of all groups, and the totals of what is openly published."""
    content = "academic_year,term,lad_code,phase,pupil_group,pupil_count,persistent_absentee_count\n"
    content += "2022/23,spring,X06000001,Total,all,90,9\n"
    line = take(settings, "school_absence", content)
    assert (line.accepted, line.rejected) == (1, 0)


def test_word_of_a_row_that_was_held_back_is_not_written_with_the_others(settings: Settings) -> None:
    rows = [crime(n) for n in range(200)]
    rows[7] = "zsecret7,X23000001,X06000001,2024-03-01,zsecretcode,Y"
    rows[9] = "zsecret9,X23000001,zsecretplace,2024-03-01,8N,Y"
    line = take_in(settings, NAME, police(*rows)).line
    assert (line.accepted, line.rejected) == (198, 2)
    extract = settings.extracts / "police_crimes" / f"{line.delivery_id}.parquet"
    columns = ["crime_id", "offence_code", "lad_code", "police_force_code"]
    table = pq.read_table(extract, read_dictionary=columns)
    words = {
        word
        for name in columns
        for chunk in table.column(name).chunks
        for word in chunk.dictionary.to_pylist()
    }
    assert {"8N", "X06000001"} <= words
    assert not [word for word in words if "zsecret" in word]
    assert pa.types.is_dictionary(table.schema.field("offence_code").type)
    # Uncompressed pages would show it as it stands.
    assert b"zsecretcode" not in extract.read_bytes()
