"""Runs dbt over the extracts into a new database file, and opens the last good one for reading."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.settings import Settings, environment

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

# dbt imports urllib3, which tries a socket while it is imported where the machine has IPv6. None is opened here.
# It makes millions of small objects, next to none of them garbage: looking for that was a seventh of its time.
START = (
    "import gc; gc.set_threshold(100_000, 20, 20); import socket; socket.has_ipv6 = False; "
    "from dbt.cli.main import cli; cli()"
)


class BuildFailed(Exception):
    """dbt could not build the warehouse or a test failed: which one, and where; the last good file stays."""


def write_run_tables(settings: Settings, tables: Mapping[str, pd.DataFrame]) -> None:
    """Writes what the run itself knows (assessment, districts, deliveries, …) where dbt's source `run` looks."""
    folder = settings.extracts / "run"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        aside = folder / f"{name}.partial"
        table.to_parquet(aside, index=False)
        os.replace(aside, folder / f"{name}.parquet")


def build_warehouse(settings: Settings) -> None:
    """Builds seeds, models and tests into a new file and moves it into place when all is well.

    Raises BuildFailed, naming the first model or test that failed.
    """
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    fresh = settings.warehouse.with_suffix(".building")
    fresh.unlink(missing_ok=True)
    project = settings.project / "dbt_project"
    scratch = settings.curated / "dbt" / settings.assessment.name
    command = [
        sys.executable, "-c", START, "build",
        "--project-dir", str(project), "--profiles-dir", str(project),
        "--target-path", str(scratch), "--log-path", str(scratch / "logs"),
        "--warn-error-options", '{"error": ["Deprecations"]}', "--quiet", "--log-format", "json",
        "--log-level-file", "none", "--no-use-colors",
    ]  # fmt: skip
    forget_other_project(scratch, project)
    # What an earlier run said of itself is no answer of this one.
    (scratch / "run_results.json").unlink(missing_ok=True)
    read = (settings.extracts, project / "seeds")
    before = _state(read)
    # In a process of its own: dbt keeps the database locked as long as it lives.
    done = subprocess.run(
        command,
        env={**environment(settings), "SNA_WAREHOUSE": fresh.as_posix()},
        capture_output=True,
        text=True,
        check=False,
        cwd=settings.workspace,
    )
    # DuckDB has one list of folders to read and to write: what a build reads, it could have written.
    changed = sorted({file.name for file, _ in before ^ _state(read)})
    if changed:
        fresh.unlink(missing_ok=True)
        raise BuildFailed(
            f"the build changed {changed[0]}: a model may read extracts and seeds and write neither. Find the model "
            "that does, and restore the file: delete an extract, and the next ingest reads its delivery anew."
        )
    if done.returncode != 0:
        fresh.unlink(missing_ok=True)
        raise BuildFailed(_first_failure(scratch / "run_results.json", done.stdout + done.stderr))
    os.replace(fresh, settings.warehouse)


def forget_other_project(scratch: Path, project: Path) -> None:
    """Drops what dbt remembers of a project in another folder: it would look for that one's seeds."""
    note = scratch / "project_folder.txt"
    if not note.exists() or note.read_text(encoding="utf-8") != str(project):
        (scratch / "partial_parse.msgpack").unlink(missing_ok=True)
        scratch.mkdir(parents=True, exist_ok=True)
        note.write_text(str(project), encoding="utf-8")


def _state(folders: Iterable[Path]) -> set[tuple[Path, tuple[int, int]]]:
    """Every file with its size and the moment of its last change, which no SQL can set."""
    return {
        (file, (file.stat().st_size, file.stat().st_mtime_ns))
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
    }


def _first_failure(results: Path, output: str) -> str:
    if results.exists():
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
            if result["status"] in ("error", "fail"):
                name = result["unique_id"].split(".")[2]
                return f"dbt: {name}: {_without_values(str(result['message']))}"
    # A project that cannot be parsed leaves no results.
    for line in output.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.get("info", {}).get("level") == "error" and event["info"].get("msg", "").strip():
            return f"dbt: {_without_values(event['info']['msg'])}"
    return f"dbt stopped: {_without_values(output)[-400:]}"


def _without_values(message: str) -> str:
    """A message on one line, cut where DuckDB would quote the value that it could not read."""
    return re.sub(
        r"((?:Conversion|Invalid Input|Out of Range|Constraint) Error).*", r"\1.", " ".join(message.split())
    )


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The last good warehouse, read-only; its statements reach the extracts, no other file, and no network."""
    import duckdb

    warehouse = duckdb.connect(str(settings.warehouse), read_only=True)
    folder = settings.extracts.as_posix().replace("'", "''")
    # The same lock as dbt_project/plugins/lock_down.py, in the same order: views read the extracts.
    for statement in (
        f"set allowed_directories = ['{folder}/']",
        "set enable_external_access = false",
        "set lock_configuration = true",
    ):
        warehouse.execute(statement).fetchall()
    return warehouse
