"""`sna assess` from deliveries to report, again, and when something on the way fails."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline import plan
from pipeline.cli import run
from pipeline.settings import PROJECT, Settings, read_settings
from tests.cli.area import Ran, write_small_area
from tests.cli.conftest import run_command

Sna = Callable[..., Ran]


def stamps(folder: Path) -> dict[str, int]:
    """When each file was last written; dbt's own notes and the lock are no product."""
    return {
        str(file.relative_to(folder)): file.stat().st_mtime_ns
        for file in folder.rglob("*")
        if file.is_file() and "dbt" not in file.relative_to(folder).parts and file.name != ".lock"
    }


def settings_with(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Makes the commands read dbt's and the report's sources from another folder."""

    def read(assessment: Path | None, workspace: Path | None, deliveries: Path | None = None) -> Settings:
        return replace(read_settings(workspace, assessment, deliveries), project=project)

    monkeypatch.setattr(run, "read", read)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a run reads of the project, with no models but those a test writes."""
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns("target", "logs", "__pycache__", "*.sql", "_marts.yml", "_seeds.yml")
    for folder in ("dbt_project", "reports"):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=ignored)
    file = copy / "dbt_project" / "dbt_project.yml"
    file.write_text(file.read_text().replace("seed-paths: [seeds]", "seed-paths: [no_seeds]"))
    (copy / "dbt_project" / "models" / "sound.sql").write_text("select 1 as one")
    (copy / "pipeline").symlink_to(PROJECT / "pipeline")
    return copy


def test_assess_makes_the_report_and_says_where(assessed: tuple[Path, Ran]) -> None:
    workspace, ran = assessed
    assert ran.code == 0, ran.err
    assert "5 deliveries read (5 new), 390 rows: 390 accepted, 0 held back" in ran.out
    for name in ("index.html", "report.pdf", "tables.xlsx"):
        file = workspace / "reports" / "output" / "demonstration" / "2024" / name
        assert file.stat().st_size > 0
        assert str(file) in ran.out


def test_second_assess_rewrites_nothing_and_says_so(assessed: tuple[Path, Ran]) -> None:
    workspace, _ = assessed
    before = stamps(workspace)
    ran = run_command("assess", "--workspace", workspace)
    assert ran.code == 0, ran.err
    assert stamps(workspace) == before
    assert "Nothing new: the published figures stand" in ran.out
    assert "Nothing new: the report stands" in ran.out


def test_json_tells_the_same(sna: Sna, assessed: tuple[Path, Ran]) -> None:
    told = {}
    for command in ("ingest", "refresh", "report", "assess"):
        ran = sna(command, "--workspace", assessed[0], "--json")
        assert (ran.code, ran.err) == (0, "")
        told[command] = json.loads(ran.out)
    assert (told["ingest"]["deliveries"], told["ingest"]["new"], told["ingest"]["refused"]) == (5, 0, [])
    assert told["refresh"]["rebuilt"] is told["assess"]["rebuilt"] is told["report"]["rewritten"] is False
    assert told["report"]["files"] == told["assess"]["files"]


def test_warnings_end_with_4_and_the_rest_is_done(sna: Sna, built: Path) -> None:
    folder = built / "data" / "raw" / "small"
    (folder / "letter.txt").write_text("Dear all")
    with (folder / "police_crimes_2024-03.csv").open("a") as stream:
        stream.write("no row\n")
    ran = sna("ingest", "--workspace", built)
    assert ran.code == 4
    assert "Refused: small/letter.txt: no contract fits its name or its header" in ran.err
    assert "Held back: 1 of 101 rows of small/police_crimes_2024-03.csv" in ran.err


FAILURES = {
    "model": ("models/broken.sql", "select no_such_column from {{ ref('sound') }}",
              "in model broken (models/broken.sql) Binder Error: Referenced column \"no_such_column\" not found"),
    "value": ("models/broken.sql",
              "{{ config(materialized='table') }} select cast(one || 'a person' as int) from {{ ref('sound') }}",
              "in model broken (models/broken.sql) Conversion Error. The last good"),
    "reference": ("models/broken.sql", "select * from {{ ref('nowhere') }}", "depends on a node named 'nowhere'"),
    "test": ("tests/nothing_is_right.sql", "select one from {{ ref('sound') }}",
             "sna: dbt: nothing_is_right: Got 1 result, configured to fail if != 0"),
}  # fmt: skip


def last_good(workspace: Path) -> dict[str, int]:
    """The stamps of all files but what a run knows of itself and of the last, which go before dbt starts."""
    every = stamps(workspace).items()
    return {
        name: stamp for name, stamp in every if "/run/" not in name and not name.endswith("/refreshed.json")
    }


@pytest.mark.parametrize(("name", "sql", "says"), FAILURES.values(), ids=FAILURES.keys())
def test_failed_build_ends_with_8_and_the_last_good_stays(
    sna: Sna, built: Path, project: Path, monkeypatch: pytest.MonkeyPatch, name: str, sql: str, says: str
) -> None:
    settings_with(monkeypatch, project)
    file = project / "dbt_project" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(sql)
    before = last_good(built)
    ran = sna("assess", "--workspace", built)
    assert ran.code == 8
    sentence = ran.err.splitlines()[-1]
    assert says in sentence
    assert sentence.endswith("The last good figures stay as they were.")
    assert "Traceback" not in ran.err
    assert "a person" not in ran.err
    assert last_good(built) == before


def test_unknown_indicator_in_the_yearly_report_is_named(
    sna: Sna, built: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_with(monkeypatch, project)
    file = project / "reports" / "yearly.yml"
    text = file.read_text()
    assert "violence_rate" in text
    file.write_text(text.replace("violence_rate", "violense_rate"))
    before = stamps(built)
    ran = sna("assess", "--workspace", built)
    assert ran.code == 2
    assert re.search(
        r"yearly.yml line \d+: the indicator 'violense_rate' is not in indicators.csv. Did you mean 'violence_rate'",
        ran.err,
    )
    assert stamps(built) == before


def test_second_run_in_a_workspace_ends_with_5(sna: Sna, built: Path) -> None:
    before = stamps(built)
    with FileLock(built / "data" / ".lock"):
        for command in ("ingest", "refresh", "report", "assess"):
            ran = sna(command, "--workspace", built)
            assert ran.code == 5
            assert "another run is at work in" in ran.sentence
    assert stamps(built) == before
    assert sna("report", "--workspace", built).code == 0


def test_altered_ledger_ends_with_6(sna: Sna, built: Path) -> None:
    file = built / "data" / "register" / "ledger.jsonl"
    file.write_text(file.read_text().replace('"accepted": 100', '"accepted": 101', 1))
    before = stamps(built)
    ran = sna("assess", "--workspace", built)
    assert ran.code == 6
    assert "ledger.jsonl line" in ran.err.splitlines()[-1]
    assert stamps(built) == before


@pytest.mark.parametrize("spoilt", ["data", "data/curated", "reports"])
def test_place_that_cannot_be_written_ends_with_9(sna: Sna, built: Path, spoilt: str) -> None:
    (built / spoilt).rename(built / "away")
    (built / spoilt).write_text("a file where a folder should be")
    if spoilt == "reports":
        # Else the report of before stands.
        (built / "away" / "output" / "demonstration" / ".2024.json").unlink()
    ran = sna("report" if spoilt == "reports" else "refresh", "--workspace", built)
    assert ran.code == 9
    assert ran.err.splitlines()[-1].startswith("sna: the machine said: ")
    assert spoilt in ran.err.splitlines()[-1]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="may write anywhere")
def test_folder_without_permission_ends_with_9(sna: Sna, built: Path) -> None:
    (built / "reports" / "output" / "demonstration").chmod(0o500)
    assert sna("report", "--workspace", built).code == 9


def test_area_that_no_delivery_knows_is_told_and_nothing_published(sna: Sna, tmp_path: Path) -> None:
    write_small_area(tmp_path)
    text = (PROJECT / "assessments" / "demonstration" / "assessment.toml").read_text()
    file = tmp_path / "assessment.toml"
    for name in ("lenses.csv", "lens_rules.csv"):
        shutil.copy(PROJECT / "assessments" / "demonstration" / name, tmp_path)
    file.write_text(text.replace("X0600000", "X0700000"))
    ran = sna("assess", "--workspace", tmp_path)
    assert ran.code == 2
    assert ran.err.splitlines()[-1] == (
        f"sna: {file}: `area.districts`: no delivery holds X07000001, X07000002, X07000003, X07000004, X07000005."
        " Did you mean 'X06000001'? Correct the setting, or deliver that area's figures."
    )
    assert not (tmp_path / "data" / "curated" / "published").exists()
    assert not (tmp_path / "reports").exists()
    file.write_text(text.replace("X06000005", "X06000006"))
    ran = sna("ingest", "--workspace", tmp_path)
    assert ran.code == 4
    assert "no delivery holds X06000006. Did you mean" in ran.err


def test_internal_error_shows_no_data_and_debug_the_way_to_it(
    sna: Sna, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Settings, release: str, editions: list[str]) -> None:
        raise ValueError("a person's name")

    monkeypatch.setattr(plan, "report", fail)
    ran = sna("report", "--workspace", built)
    assert ran.code == 1
    assert ran.sentence.startswith("internal error: ValueError at test_assess.py:")
    assert "person" not in ran.err
    told = sna("report", "--workspace", built, "--debug").err
    assert "Traceback" not in told and "in fail" in told and told.count("person") == 1, (
        "the line of the test alone"
    )
