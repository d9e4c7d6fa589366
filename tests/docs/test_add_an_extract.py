"""docs/add-an-extract.md, followed to the letter in a copy of the project: no Python changes, its rows are there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import duckdb
import pytest

from pipeline.contracts import COLUMN_SETTINGS, Contract
from pipeline.settings import PROJECT

GUIDE = (PROJECT / "docs" / "add-an-extract.md").read_text(encoding="utf-8")
COPIED = ("pipeline", "dbt_project", "assessments", "reports")
START = "from pipeline.cli.main import run_app; run_app()"


def settings_told(heading: str) -> set[str]:
    """The settings in the first column of a table of the guide."""
    table = GUIDE.split(f"\n| {heading} | says |\n", maxsplit=1)[1].split("\n\n", maxsplit=1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_the_guide_tells_every_setting_of_a_column_and_no_other() -> None:
    assert settings_told("column") == set(COLUMN_SETTINGS)


def test_the_guide_tells_every_setting_of_a_contract_and_no_other() -> None:
    # The table of the sources file gives the name and the columns; symbols are handed down to the columns.
    declared = {field.name for field in fields(Contract)} - {"source_id", "columns"} | {"symbols"}
    assert settings_told("contract") == declared


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, str]]]:
    """A copy of the project with the guide's files in it, and the exit code and words of each of its commands."""
    copy = tmp_path_factory.mktemp("project")
    for folder in COPIED:
        kept_out = shutil.ignore_patterns("__pycache__", "output", "target", "logs")
        shutil.copytree(PROJECT / folder, copy / folder, ignore=kept_out)
    blocks = re.findall(r"^`([\w./-]+)`\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    for name, content in blocks:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(content, encoding="utf-8")
    assert [Path(name).suffix for name, _ in blocks] == [".csv", ".yml", ".sql", ".yml"]
    commands = re.findall(r"^\.venv/bin/sna (.*)$", GUIDE, re.MULTILINE)
    done = [
        subprocess.run(
            [sys.executable, "-c", START, *command.split()],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
        for command in commands
    ]
    return copy, [(each.returncode, each.stdout + each.stderr) for each in done]


def test_the_commands_of_the_guide_end_as_it_says(followed: tuple[Path, list[tuple[int, str]]]) -> None:
    (made, _), (checked, told), (taken_in, _), (refreshed, said) = followed[1]
    assert (made, checked, taken_in, refreshed) == (0, 4, 4, 4), said
    assert "Deliberate fires and attacks on crews (fire_incidents)" in told
    assert "6 rows: 5 would be accepted, 1 held back" in told
    assert "lad_code is not a code of the right form (line 7)" in told


def test_the_rows_of_the_guide_are_staged(followed: tuple[Path, list[tuple[int, str]]]) -> None:
    rows = read_warehouse(
        followed[0],
        """select month(month_start), lad_code, incident_type, incident_count, incident_count_status,
               injured_count, injured_count_status, line
           from stg_fire__incidents order by line""",
    )
    assert rows == [
        (1, "X06000001", "deliberate_fire", 14, "reported", 0, "reported", 2),
        (1, "X06000002", "deliberate_fire", None, "suppressed", None, "blank", 3),
        (1, "X06000001", "attack_on_crew", 6, "reported", None, "suppressed", 4),
        (2, "X06000001", "deliberate_fire", 11, "reported", 1, "reported", 5),
        (2, "X06000002", "deliberate_fire", 9, "reported", 0, "reported", 6),
    ]


def test_the_source_of_the_guide_stands_in_data_quality(
    followed: tuple[Path, list[tuple[int, str]]],
) -> None:
    rows = read_warehouse(
        followed[0], "select count(*) from fct_data_quality where source_id = 'fire_incidents'"
    )
    assert rows[0][0] > 0


def read_warehouse(copy: Path, sql: str) -> list[tuple]:
    [warehouse] = copy.glob("data/curated/**/*.duckdb")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()
