"""What is kept is for its owner alone, and of a delivery that holds identifiers nothing is, whatever ends the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.ingest import stage
from pipeline.settings import PROJECT, Settings, read_settings
from tests.cli.area import Ran, run_sna, write_small_area
from tests.ingest.door import POLICE, deliver, ingest, open_door

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
CANARY = "zqcanary@example.org"
# Blocks of 20,000 rows or fewer, and an end as a power cut makes it once all rows are written aside.
KILLED = """
import os, signal
from pipeline.ingest import stage, text
text.BLOCK_SIZE = 20_000
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
stage._check_dates = stage._hold_repeated = stage._explain_findings = die
from pipeline.cli.main import run_app
run_app()
"""


def holds_canary(settings: Settings) -> list[Path]:
    return [
        file
        for folder in (settings.curated, settings.register)
        for file in folder.rglob("*")
        if file.is_file() and b"zqcanary" in file.read_bytes()
    ]


def write_late_identifier(settings: Settings) -> Path:
    """A delivery of which only the last row holds an identifier."""
    rows = [f"c{n},X23000001,X06000001,2024-03-0{n % 9 + 1},8N,Y,beat {n % 5}" for n in range(20_000)]
    rows.append(f"c99999,X23000001,X06000001,2024-03-01,ZZ9{CANARY},Y,{CANARY}")
    content = f"{POLICE.strip()},beat\n" + "\n".join(rows) + "\n"
    return deliver(settings, "police_crimes_2024-03.csv", content.encode())


@POSIX
def test_folders_of_what_is_kept_are_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_small_area(tmp_path)
    settings = read_settings(tmp_path)
    # Made by an earlier version, for everybody.
    (settings.curated / "extracts").mkdir(parents=True, mode=0o755)
    before = os.umask(0o022)
    try:
        ran: Ran = run_sna(monkeypatch, capsys, "refresh", "--workspace", tmp_path)
    finally:
        os.umask(before)
    assert ran.code == 0
    folders = [
        folder
        for root in (settings.curated, settings.register)
        for folder in (root, *root.rglob("*"))
        if folder.is_dir()
    ]
    assert len(folders) > 20
    assert [folder for folder in folders if folder.stat().st_mode & 0o077] == []


def test_first_block_is_judged_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(stage._TableWriter, "write", lambda writer, rows: written.append(writer.file))
    settings = open_door(tmp_path)
    deliver(settings, "police_crimes_2024-03.csv",
            f"{POLICE.strip()},beat\nc1,X23000001,X06000001,2024-03-01,8N,Y,{CANARY}\n".encode())  # fmt: skip
    [line] = ingest(settings).deliveries
    assert (line.status, written) == ("blocked", [])


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Siân", False),
        ("Owain Rees", False),
        ("9434765918", False),
        ("Beat", True),
        ("2021/22", False),
        ("% of all", False),
    ],
)
def test_title_that_may_be_a_persons_cell_is_not_shown(tmp_path: Path, title: str, shown: bool) -> None:
    """A file without a header, or a sheet turned round: its titles are somebody's cells."""
    settings = open_door(tmp_path)
    deliver(settings, "police_crimes_2024-03.csv",
            f"{POLICE.strip()},{title}\nc1,X23000001,X06000001,2024-03-01,8N,Y,x\n".encode())  # fmt: skip
    [line] = ingest(settings).deliveries
    assert (title in repr(line)) == shown, line


@POSIX
def test_next_run_leaves_nothing_of_a_run_that_was_killed_among_identifiers(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    write_late_identifier(settings)
    os.utime(settings.deliveries / "police_crimes_2024-03.csv", (1, 1))
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    command = ("ingest", "--workspace", str(tmp_path))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *command], check=False, capture_output=True, env=env
    )
    assert killed.returncode == -signal.SIGKILL
    # Until then it lies aside, where its owner alone can read it: what docs/privacy.md says.
    assert holds_canary(settings) and all(
        file.is_relative_to(settings.curated / "landing") for file in holds_canary(settings)
    )
    assert settings.curated.stat().st_mode & 0o077 == 0
    again = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.main import run_app; run_app()", *command],
        check=False, capture_output=True, env=env,
    )  # fmt: skip
    assert b"it holds identifiers (" in again.stderr
    assert holds_canary(settings) == []
    assert not (settings.curated / "landing").exists() or not any((settings.curated / "landing").rglob("*.*"))
    left = [each for each in tmp_path.rglob("*") if each.is_file() and b"zqcanary" in each.read_bytes()]
    assert left == [settings.deliveries / "police_crimes_2024-03.csv"]
