"""What stands in a row goes where its column goes, and nowhere else (faults 47 and 60)."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import traceback
import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pymupdf
import pytest

from pipeline.settings import DEMONSTRATION, PROJECT
from tests.cli.area import crimes, write_small_area
from tests.conftest import write_rows

WORDS = (ACCEPTED, HELD, FREE, UNREAD, REFUSED, BLOCKED, HEADLESS, LISTED, SHEET, BROUGHT, FAILED) = tuple(
    f"zqcanary{word}".replace("zqcanaryS", "Zqcanarys")
    for word in (
        "accepted", "held", "free", "unread", "refused", "blocked", "headless", "listed", "Sheet", "brought", "failed"
    )
)  # fmt: skip
SNA = "from pipeline.cli.main import run_app; run_app()"
# An end as a power cut makes it, when the delivery with the words is written aside.
KILLED = f"""
import os, signal
from pipeline.ingest import stage
held = stage._hold_repeated
def die(delivered, *rest):
    if delivered.name == "police_crimes_2024-03.csv":
        os.kill(os.getpid(), signal.SIGKILL)
    return held(delivered, *rest)
stage._hold_repeated = die
{SNA}
"""
# One that goes well, with an origin to fetch from; then two whose steps fail as nobody foresaw.
FLOWS = """
import sys
from pipeline import arrivals, plan
from pipeline.flows import monthly_refresh
def fail(*_, **__):
    raise ValueError("zq" + "canaryfailed")
print(monthly_refresh(sys.argv[1], return_state=True).name)
print(monthly_refresh(sys.argv[2], fetch=True, return_state=True).name)
arrivals.bring = fail
print(monthly_refresh(sys.argv[2], fetch=True, return_state=True).name)
plan.refresh = fail
print(monthly_refresh(sys.argv[1], return_state=True).name)
"""


def plant(workspace: Path) -> None:
    """The small area's deliveries with a word in every kind of place where a person's data may stand."""
    folder = write_small_area(workspace)
    rows = [{**row, "victim_id": "v", "location_type": "street", "notes": "none", "crime_note": ""}
            for row in crimes(3)]  # fmt: skip
    rows[0] |= {"victim_id": ACCEPTED, "location_type": ACCEPTED}
    rows[1] |= {"recorded_date": HELD}
    rows[2] |= {"ho_code": HELD}
    rows[2] |= {"crime_note": FREE, "notes": UNREAD}
    rows[3] |= {"crime_note": FREE, "notes": UNREAD}
    write_rows(folder / "police_crimes_2024-03.csv", rows)
    header = ",".join(rows[0])
    (folder / "police_crimes_2024-04.csv").write_text(f'{header}\nc,X23000001,X06000001,"{REFUSED}\n')
    blocked = [{**row, "nhs_number": "9434765919", "victim_id": BLOCKED} for row in rows]
    write_rows(folder / "police_crimes_2024-05.csv", blocked)
    (folder / "police_crimes_2024-06.csv").write_text(f"{HEADLESS},X23000001,X06000001,2024-06-01,8N,Y\n" * 3)
    workbook = openpyxl.Workbook()
    workbook.active.title = f"{SHEET} Jones"
    workbook.save(folder / "mye22.xlsx")
    (folder / "manifest.csv").write_text(f"file,rows\npolice_crimes_2024-02.csv,100\n{LISTED},{LISTED}\n")


@dataclass(frozen=True)
class Planted:
    """Where the runs wrote, and what they printed."""

    workspace: Path
    temporary: Path
    prefect: Path
    printed: str
    # What a run that was killed left aside, until the next.
    left: set[tuple[str, str]]
    brought_to: Path


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """Commands and the flow, each in a process of its own, over deliveries that hold the words."""
    root = tmp_path_factory.mktemp("canary")
    workspace, temporary, prefect, other = root / "w", root / "tmp", root / "prefect", root / "other"
    temporary.mkdir()
    plant(workspace)
    (workspace / "data" / "raw" / "small" / "trap.pkl").write_bytes(b"cos\nsystem\n(S'touch " + os.fsencode(root)
                                                                    + b"/sprung'\ntR.")  # fmt: skip
    plant_origin(other, root / "partner")
    raw = workspace / "data" / "raw" / "small"
    at = ("--workspace", str(workspace))
    env = {
        **os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(temporary), "PREFECT_HOME": str(prefect),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
    }  # fmt: skip
    printed, left = "", set()
    for code, *arguments in (
        (KILLED, "ingest", *at),
        (SNA, "assess", *at),
        (SNA, "assess", *at, "--json", "--debug"),
        (SNA, "quarantine", "list", *at),
        *((SNA, "check", str(file), *at) for file in sorted(raw.glob("police_crimes_2024-0[3456].csv"))),
        (SNA, "check", str(raw / "mye22.xlsx"), *at),
        (FLOWS, str(workspace), str(other)),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, env=env
        )
        printed += f"$ {arguments}\n{done.stdout}{done.stderr}"
        left = found(workspace) if code == KILLED else left
    return Planted(workspace, temporary, prefect, printed, left, other)


def content(file: Path) -> str:
    """All text of a file, unpacked."""
    if file.suffix == ".parquet":
        return str(pq.read_table(file).to_pydict()) + str(pq.read_schema(file).metadata)
    if file.suffix == ".pdf":
        with pymupdf.open(file) as pdf:
            return "".join(page.get_text() for page in pdf)
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as package:
            return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    if file.suffix == ".duckdb":
        with duckdb.connect(str(file), read_only=True) as warehouse:
            names = warehouse.execute(
                "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            ).fetchall()
            return "".join(
                str(warehouse.execute(f'select * from "{schema}"."{name}"').fetchall())
                for schema, name in names
            )
    return file.read_bytes().decode("utf-8", "replace")


def plant_origin(workspace: Path, share: Path) -> None:
    """A workspace whose assessment fetches from a partner's folder, and a word in a row that lies there."""
    folder = write_small_area(share)
    rows = [{**row, "victim_id": BROUGHT} for row in crimes(3)]
    write_rows(folder / "police_crimes_2024-03.csv", rows)
    for file in folder.iterdir():
        # It has lain there for long enough.
        os.utime(file, (1, 1))
    shutil.copytree(DEMONSTRATION.parent, workspace)
    with (workspace / "assessment.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'\n[[origins]]\nname = "partner"\nkind = "folder"\npath = "{folder.as_posix()}"\n')


def found(folder: Path, words: tuple[str, ...] = WORDS) -> set[tuple[str, str]]:
    """(folder of the stage, word) wherever a word stands, the deliveries apart."""
    return {
        ("/".join(file.relative_to(folder).parts[:3]), word)
        for file in folder.rglob("*")
        if file.is_file() and "raw" not in file.relative_to(folder).parts
        for word in words
        if word in content(file) or word in file.name
    }


def test_runs_went_as_meant(planted: Planted) -> None:
    assert "Refused: small/police_crimes_2024-04.csv" in planted.printed
    assert "Refused: small/police_crimes_2024-06.csv" in planted.printed
    assert "nhs_number: NHS number" in planted.printed
    assert (planted.workspace / "reports" / "output" / "demonstration" / "2024" / "report.pdf").exists()
    assert (planted.prefect / "prefect.db").exists()
    states = planted.printed.splitlines()
    assert [line for line in states if line in ("Completed", "Failed")] == ["Completed"] * 3 + ["Failed"]
    assert "partner: failed with ValueError" in planted.printed
    assert "the workbook has no sheet" in planted.printed


def test_word_of_a_row_stands_in_its_own_column_and_nowhere_else(planted: Planted) -> None:
    stages = found(planted.workspace)
    assert ("data/curated/extracts", ACCEPTED) in stages
    assert ("data/curated/rejects", HELD) in stages
    allowed = {
        ("data/curated/extracts", ACCEPTED),
        ("data/curated/warehouse", ACCEPTED),
        ("data/curated/rejects", HELD),
    }
    assert stages - allowed == set()


def test_what_was_brought_stands_in_its_own_column_and_nowhere_else(planted: Planted) -> None:
    assert found(planted.brought_to) == {
        ("data/curated/extracts", BROUGHT),
        ("data/curated/warehouse", BROUGHT),
    }


def test_run_that_was_killed_leaves_rows_aside_until_the_next(planted: Planted) -> None:
    assert {("data/curated/landing", ACCEPTED), ("data/curated/landing", HELD)} <= planted.left
    assert {stage for stage, _ in planted.left} == {"data/curated/landing"}
    assert not [
        file for file in (planted.workspace / "data" / "curated" / "landing").rglob("*") if file.is_file()
    ]


def test_no_word_of_a_row_is_printed(planted: Planted) -> None:
    assert [word for word in WORDS if word in planted.printed] == []


def test_no_word_of_a_row_stands_in_temporary_files(planted: Planted) -> None:
    assert found(planted.temporary) == set()


def test_no_word_of_a_row_stands_in_prefect(planted: Planted) -> None:
    assert found(planted.prefect) == set()


def test_no_pickle_is_written_and_a_delivered_one_is_not_opened(planted: Planted) -> None:
    assert not (planted.workspace.parent / "sprung").exists()
    # What failed is kept as JSON: the kind of its error, and a sentence of ours.
    kept = [
        json.loads(file.read_bytes()) for file in (planted.prefect / "storage").rglob("*") if file.is_file()
    ]
    assert {each["__exc_type__"] for each in kept} == {"pipeline.flows.StepFailed"}
    assert "small/trap.pkl: no contract" in planted.printed


def test_quarantine_export_holds_no_formula(tmp_path: Path) -> None:
    from tests.ingest.door import POLICE, ROW, deliver, ingest, open_door

    settings = open_door(tmp_path)
    bad = '"=HYPERLINK(""http://x"")",X23000001,X06000001,no date,8N,Y\n'
    deliver(settings, "=cmd,police_crimes_2024-03.csv", (POLICE + ROW + bad).encode())
    os.utime(settings.deliveries / "=cmd,police_crimes_2024-03.csv", (1, 1))
    ingest(settings)
    from pipeline.ingest.quarantine import export_held

    export_held(settings, tmp_path / "held.csv")
    with (tmp_path / "held.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert "'=cmd,police_crimes_2024-03.csv" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_unforeseen_error_of_a_step_keeps_its_message_out_of_prefect() -> None:
    from pipeline.flows import StepFailed, without_data

    with pytest.raises(StepFailed) as failed, without_data():
        raise ValueError(HELD)
    assert HELD not in "".join(traceback.format_exception(failed.value))
    assert "ValueError" in str(failed.value)
