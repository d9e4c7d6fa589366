"""`sna check` as an analyst uses it: what it says of each kind of file, and that it leaves nothing behind."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline import plan
from pipeline.settings import SYNTHETIC_MARK, read_settings
from tests.cli.area import Ran, crimes, run_sna, write_small_area
from tests.conftest import write_rows

Sna = Callable[..., Ran]
Rows = list[dict[str, object]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace into which three months were taken in."""
    write_small_area(tmp_path)
    plan.ingest(read_settings(tmp_path))
    return tmp_path


@pytest.fixture
def sna(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], workspace: Path
) -> Iterator[Sna]:
    """`sna check` in that workspace; it lands nothing, whatever it is given."""
    before = tree(workspace / "data")
    yield lambda *words: run_sna(monkeypatch, capsys, "check", *words, "--workspace", workspace)
    assert tree(workspace / "data") == before


def tree(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != ".lock"}


def write(folder: Path, rows: Rows, name: str = "police_crimes_new.csv") -> Path:
    file = folder / "new" / name
    write_rows(file, rows)
    (file.parent / SYNTHETIC_MARK).touch()
    return file


def renamed(rows: Rows, old: str, new: str) -> Rows:
    return [{new if name == old else name: cell for name, cell in row.items()} for row in rows]


def test_clean_file_is_no_more_than_its_facts(sna: Sna, workspace: Path) -> None:
    ran = sna(write(workspace, crimes(4)))
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out.splitlines()[0]
        == "police_crimes_new.csv: Police recorded crime, record level (police_crimes)"
    )
    assert "100 rows: 100 would be accepted, 0 held back" in ran.out
    assert "They speak of 2024-04-01 to 2024-04-28" in ran.out
    assert "To send to the supplier" not in ran.out
    assert "stand alone" not in ran.out
    assert "optional columns not sent: csp_code, committed_from" in ran.out
    assert max(map(len, ran.out.splitlines())) < 200


def test_bad_rows_are_told_by_rule_and_line_and_never_by_value(sna: Sna, workspace: Path) -> None:
    rows = crimes(4)
    rows[0]["recorded_date"], rows[7]["ho_code"] = "CANARY", "ZZCANARY"
    ran = sna(write(workspace, rows))
    assert ran.code == 4
    assert "  1 × recorded_on is not of type date (line 2)\n" in ran.out
    assert "- “ho_code”: code is not in the code list: 1 row (line 9)." in ran.out
    assert "CANARY" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("recorded_date", "date_recorded", "recorded_on", 3),
        ("victim_sex", "victims: sex", "victim_sex", 0),
    ],
)
def test_renamed_column_comes_with_headers_to_paste(
    sna: Sna, workspace: Path, old: str, new: str, column: str, code: int
) -> None:
    ran = sna(write(workspace, renamed(crimes(4), old, new)))
    assert ran.code == code
    pasted = ran.out.split("put these headers into police_crimes:\n")[1].split("\n\n")[0]
    assert pasted.startswith(f"  # {column}\n")
    assert yaml.safe_load(pasted) == {"headers": [old, new]}


def test_unknown_kind_names_the_nearest_contract(sna: Sna, workspace: Path) -> None:
    ran = sna(write(workspace, [{"a": 1}], "x.csv"))
    assert ran.code == 3
    assert ran.out == "No contract fits the name or header of x.csv: name one with --as.\n"
    near = write(workspace, renamed(crimes(4), "recorded_date", "date_recorded"), "x.csv")
    assert sna(near).out.endswith(
        "It is nearest to police_crimes (Police recorded crime, record level): recorded_on ← 'date_recorded'.\n"
    )
    assert sna(near, "--as", "police_crimes").code == 3
    assert sna(near, "--as", "police_crime").sentence.startswith("There is no source 'police_crime'")


def test_revision_says_what_changed(sna: Sna, workspace: Path) -> None:
    rows = [{**row, "da_flag": "N"} if number < 7 else row for number, row in enumerate(crimes(3))][5:]
    ran = sna(write(workspace, rows))
    assert ran.code == 0
    assert "0 rows added, 5 removed, 2 altered; 100 before, 95 after" in ran.out
    assert "Note: it takes the place of small/police_crimes_2024-03.csv" in ran.out


def test_file_that_was_taken_in_says_when_and_as_what(sna: Sna, workspace: Path) -> None:
    ran = sna(write(workspace, crimes(3)))
    assert ran.code == 0
    assert (
        f"Already taken in on {date.today()} as small/police_crimes_2024-03.csv: it would not be counted again"
        in ran.out
    )
    assert "takes the place" not in ran.out


def test_file_with_identifiers_is_blocked_without_one_of_them(sna: Sna, workspace: Path) -> None:
    rows = [{**row, "contact": f"anne.jones{number}@example.org"} for number, row in enumerate(crimes(4))]
    ran = sna(write(workspace, rows))
    assert ran.code == 7
    assert "contact: e-mail address in 100 cells" in ran.out
    assert "anne" not in ran.out + ran.err


def test_every_file_of_a_zip_is_told_also_when_one_is_unknown(sna: Sna, workspace: Path) -> None:
    known, other = write(workspace, crimes(4)), write(workspace, [{"a": 1}], "other.csv")
    with zipfile.ZipFile(workspace / "both.zip", "w") as archive:
        archive.write(other, "other.csv")
        archive.write(known, "police_crimes_new.csv")
    ran = sna(workspace / "both.zip")
    assert ran.code == 3
    assert "No contract fits the name or header of other.csv" in ran.out
    assert "100 rows: 100 would be accepted" in ran.out


def test_as_data(sna: Sna, workspace: Path) -> None:
    rows = crimes(4)
    rows[0]["recorded_date"] = "CANARY"
    ran = sna(write(workspace, renamed(rows, "victim_sex", "victims_sex")), "--json")
    told = json.loads(ran.out)
    assert (told["source_id"], told["status"], told["rows_in"], told["accepted"], told["rejected"]) == (
        "police_crimes", "accepted", 100, 99, 1
    )  # fmt: skip
    assert told["lines"] == {"recorded_on is not of type date": [2]}
    assert told["unknown_columns"] == {"victims_sex": "victim_sex"}
    assert "CANARY" not in ran.out
