"""Rows that were held back: shown, exported as they came, and let in on a recorded reason."""

from __future__ import annotations

import csv
import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import plan
from pipeline.ingest.quarantine import export_held
from pipeline.ingest.typed import LINE_TOO_LONG_NOT_KEPT
from pipeline.register import BrokenChain, read_decisions, read_ledger
from pipeline.settings import Settings
from tests.cli.area import Ran, run_sna
from tests.ingest.door import POLICE, deliver, open_door, read_extract, read_table

Sna = Callable[..., Ran]
UNKNOWN = "offence_code code is not in the code list"
TWICE = "crime_id same identifier, different content"
FUTURE = "recorded_on date lies in the future"
MISSING = "recorded_on required value is missing"
FILE = "police_crimes_2024-03.csv"
ROWS = [
    *(f"c{number},X23000001,X06000001,2024-03-0{number},8N,Y" for number in range(1, 9)),
    "c10,X23000001,X06000001,2024-03-01,ZZ9,Y",
    "=1+1,X23000001,X06000001,2024-03-01,ZZ8,Y",
    "c12,X23000001,X06000001,,8N,Y",
    "c13,X23000001,X06000001,2024-03-01,8N,Y",
    "c13,X23000001,X06000001,2024-03-02,8N,N",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A workspace in which a file of thirteen rows has lost five to quarantine."""
    settings = open_door(tmp_path)
    deliver(settings, FILE, (POLICE + "\n".join(ROWS) + "\n").encode())
    plan.ingest(settings)
    return settings


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings) -> Sna:
    def run(*arguments: str | Path) -> Ran:
        return run_sna(monkeypatch, capsys, *arguments, "--workspace", settings.workspace)

    return run


def latest(settings: Settings) -> str:
    return read_ledger(settings.register)[-1].delivery_id


def crime_codes(settings: Settings) -> list[tuple[str, str]]:
    return sorted(read_extract(settings, "police_crimes", "crime_id, offence_code"))


def test_list_counts_by_delivery_and_rule(sna: Sna, settings: Settings) -> None:
    name = latest(settings)[:8]
    assert sna("quarantine", "list").out.splitlines() == [
        f"{name}          2 × {TWICE}  ({FILE})",
        f"{name}          2 × {UNKNOWN}  ({FILE})",
        f"{name}          1 × {MISSING}  ({FILE})",
    ]
    told = json.loads(sna("quarantine", "list", "--source", "police_crimes", "--json").out)
    assert [(each["rule"], each["row_count"]) for each in told] == [(TWICE, 2), (UNKNOWN, 2), (MISSING, 1)]
    assert sna("quarantine", "list", "--source", "street_crimes").out == "No row is held back\n"


def test_a_source_that_does_not_exist_is_one_sentence(sna: Sna, tmp_path: Path) -> None:
    for ran in (
        sna("quarantine", "list", "--source", "police_crime"),
        sna("quarantine", "export", tmp_path / "rows.csv", "--source", "police_crime"),
    ):
        assert (ran.code, ran.sentence) == (
            2,
            "There is no source 'police_crime': did you mean 'police_crimes'?",
        )
    assert not (tmp_path / "rows.csv").exists()


def test_export_writes_the_rows_as_they_came_and_no_formula(sna: Sna, tmp_path: Path) -> None:
    target = tmp_path / "held" / "rows.csv"
    ran = sna("quarantine", "export", target)
    assert (ran.code, ran.out.splitlines()[0][:23]) == (0, "5 rows as they came in ")
    assert target.stat().st_mode & 0o077 == 0
    with target.open(encoding="utf-8", newline="") as stream:
        exported = list(csv.DictReader(stream))
    assert [(int(row["line"]), row["rule"]) for row in exported] == [
        (10, "code is not in the code list"), (11, "code is not in the code list"),
        (12, "required value is missing"), (13, "same identifier, different content"),
        (14, "same identifier, different content"),
    ]  # fmt: skip
    titles = POLICE.strip().split(",")
    assert [json.loads(row["row"]) for row in exported] == [
        dict(zip(titles, ROWS[int(row["line"]) - 2].split(","), strict=True)) for row in exported
    ]
    # The rows are text in braces: no cell of the file begins as a formula does.
    assert not [cell for row in exported for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_rows_that_are_let_in_come_with_the_next_ingest_and_supersede(sna: Sna, settings: Settings) -> None:
    before = latest(settings)
    assert sna("quarantine", "accept", before[:8], "--rule", UNKNOWN, "--reason", "A local code.").code == 0
    [decision] = read_decisions(settings.register)
    assert (decision.rule, decision.reason, decision.decided_by) == (
        UNKNOWN,
        "A local code.",
        getpass.getuser(),
    )
    assert decision.decided_on
    [line] = plan.ingest(settings).new
    assert (line.supersedes, line.delivery_id != before) == ((before,), True)
    assert (line.rows_in, line.accepted, line.rejected) == (13, 10, 3)
    # The unknown code stays as it is, and the same identifier is still held back.
    assert [code for crime, code in crime_codes(settings) if crime in ("c10", "=1+1")] == ["ZZ8", "ZZ9"]
    sna("quarantine", "accept", line.delivery_id, "--rule", TWICE, "--reason", "Two victims.")
    [line] = plan.ingest(settings).new
    assert (line.rows_in, line.accepted, line.rejected) == (13, 12, 1)
    assert [crime for crime, _ in crime_codes(settings)].count("c13") == 2
    assert plan.ingest(settings).new == ()
    # A decision is part of the register: it cannot be changed unnoticed.
    file = settings.register / "decisions.jsonl"
    file.write_text(file.read_text().replace("A local code.", "Another"))
    with pytest.raises(BrokenChain, match="line 1"):
        read_decisions(settings.register)


@pytest.mark.parametrize(
    ("delivery", "rule", "reason", "says"),
    [
        ("", UNKNOWN, "why", "0 deliveries have an identifier that begins with ''"),
        ("zz", UNKNOWN, "why", "0 deliveries have an identifier that begins with 'zz'"),
        (
            None,
            FUTURE,
            "why",
            f"{FILE} has no rows held back by '{FUTURE}'; its rules are {TWICE}; {UNKNOWN}; ",
        ),
        (None, MISSING, "why", f"'{MISSING}' cannot be waived: without that, the row is no record."),
        (None, UNKNOWN, " ", "Say why after --reason: it is recorded."),
    ],
)
def test_what_cannot_be_let_in_is_one_sentence(
    sna: Sna, settings: Settings, delivery: str | None, rule: str, reason: str, says: str
) -> None:
    name = latest(settings) if delivery is None else delivery
    ran = sna("quarantine", "accept", name, "--rule", rule, "--reason", reason)
    assert ran.code == 2
    assert ran.sentence.startswith(says)
    assert read_decisions(settings.register) == ()


UNREAD = "c{n},X23000001,X06000001,{day},{code},Y,{note},zquiet{n}"
TEXTS = [
    UNREAD.format(n=1, day="2024-03-01", code="8N", note="zsecret fine"),
    UNREAD.format(n=2, day="no date", code="8N", note="zsecret bad date"),
    UNREAD.format(n=3, day="2024-03-01", code="8N", note="ring 07700 900123 zsecret"),
    UNREAD.format(n=4, day="2024-03-01", code="ZZ9", note=""),
    UNREAD.format(n=5, day="2024-03-01", code="8N", note="zsecret twice"),
    UNREAD.format(n=5, day="2024-03-02", code="8N", note="zsecret twice and other"),
    UNREAD.format(n=6, day="2024-03-01", code="8N", note="zsecret cut") + ",more",
]


def test_no_free_text_and_no_column_that_is_not_read_is_kept_with_a_row_held_back(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    header = f"{POLICE.strip()},crime_note,beat\n"
    deliver(settings, FILE, (header + "\n".join(TEXTS) + "\n").encode())
    plan.ingest(settings)
    export_held(settings, tmp_path / "held.csv")
    with (tmp_path / "held.csv").open(encoding="utf-8", newline="") as stream:
        rows = {int(row["line"]): json.loads(row["row"]) for row in csv.DictReader(stream)}
    # What the contract reads is shown as it came; of the text, that there was one.
    shown = dict(zip(POLICE.strip().split(","), TEXTS[1].split(","), strict=False))
    assert rows[3] == {**shown, "crime_note": "[not kept: free text]"}
    assert rows[5]["crime_note"] == "" and rows[5]["offence_code"] == "ZZ9"
    assert sorted(rows) == [3, 4, 5, 6, 7, 8]
    assert rows[8] == {
        "": "[not kept: the file has free text, and where it stands in this line is not known]"
    }
    kept = read_table(f"select * from read_parquet('{settings.rejects}/*/*.parquet')")
    kept += read_table(f"select * from read_parquet('{settings.extracts}/police_crimes/*.parquet')")
    assert len(kept) == 7
    assert "zsecret" not in repr(kept) and "zquiet" not in repr(kept) and "900123" not in repr(kept)


def test_a_line_of_too_few_cells_is_kept_as_it_came_and_of_one_of_too_many_nothing(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    line = "c2,X23000001,X06000001,2024-03-01,8N"
    deliver(settings, FILE, f"{POLICE}{ROWS[0]}\n{line}\n{line},Y,Khan,12/03/1987\n".encode())
    plan.ingest(settings)
    assert read_table(f"select row from read_parquet('{settings.rejects}/*/*.parquet')") == [
        (json.dumps({"": line}),),
        (json.dumps({"": LINE_TOO_LONG_NOT_KEPT}),),
    ]
