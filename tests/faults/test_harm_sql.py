"""Hostile SQL, in a model or in a value, reaches no file but the extracts (faults 56 and 57)."""

from __future__ import annotations

import dataclasses
import shutil

import duckdb
import pytest

from pipeline.settings import PROJECT, Settings, read_settings
from pipeline.warehouse import BuildFailed, build_warehouse, open_warehouse

PERMISSION = "file system operations are disabled|has been locked|extensions? is disabled"
STATEMENTS = {
    "reads": "select * from read_text('/etc/passwd')",
    "attaches": "attach '{folder}/stolen.duckdb' as stolen",
    "copies": "copy (select 1) to '{folder}/stolen.csv'",
    "installs": "install httpfs",
    "unlocks": "set enable_external_access = true",
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace, and a copy of the project whose only model reads one seed."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(PROJECT / "dbt_project" / "plugins", project / "dbt_project" / "plugins")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / "dbt_project" / name, project / "dbt_project")
    (project / "dbt_project" / "seeds").mkdir()
    (project / "dbt_project" / "seeds" / "word.csv").write_text("word\nread\n")
    settings = read_settings(tmp_path_factory.mktemp("it's"))
    settings.extracts.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'extract' as word) to ?", [f"{settings.extracts}/one.parquet"]
        ).fetchall()
    return dataclasses.replace(settings, project=project)


def build_model(settings: Settings, sql: str) -> None:
    folder = settings.project / "dbt_project" / "models" / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.sql").write_text("{{ config(materialized='table') }}\n" + sql)
    build_warehouse(settings)


def test_model_reads_extracts_and_seeds(copied: Settings) -> None:
    build_model(
        copied,
        "select word from {{ ref('word') }} union all "
        "select word from read_parquet('{{ env_var(\"SNA_EXTRACTS\") }}/*.parquet')",
    )
    with open_warehouse(copied) as warehouse:
        assert warehouse.execute("select word from model order by 1").fetchall() == [("extract",), ("read",)]


@pytest.mark.parametrize("name", STATEMENTS)
def test_hostile_model_is_refused_and_the_last_good_warehouse_stays(copied: Settings, name: str) -> None:
    statement = STATEMENTS[name].format(folder=copied.workspace.as_posix().replace("'", "''"))
    copied.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(copied.warehouse)) as warehouse:
        warehouse.execute("create table if not exists last_good as select 1").fetchall()
    before = copied.warehouse.read_bytes()
    sql = statement if name == "reads" else f'{{% do run_query("{statement}") if execute %}} select 1 as one'
    with pytest.raises(BuildFailed) as failed:
        build_model(copied, sql)
    told = "Invalid Input Error." if name == "unlocks" else "Permission Error"
    assert told in str(failed.value)
    assert copied.warehouse.read_bytes() == before
    assert not list(copied.workspace.rglob("stolen*"))


# Where a model may read it may write as well: DuckDB knows one list of folders for both.
WRITTEN = {"extracts": "one.parquet", "a new extract": "two.parquet", "seeds": "word.csv"}


@pytest.mark.parametrize("name", WRITTEN)
def test_model_that_writes_where_it_may_read_is_refused_and_the_last_good_warehouse_stays(
    copied: Settings, name: str
) -> None:
    folder = copied.project / "dbt_project" / "seeds" if name == "seeds" else copied.extracts
    target = folder / WRITTEN[name]
    content = target.read_bytes() if target.exists() else None
    copied.warehouse.parent.mkdir(parents=True, exist_ok=True)
    copied.warehouse.write_bytes(b"the last good")
    statement = f"copy (select 'planted' as word) to '{target.as_posix().replace(chr(39), chr(39) * 2)}'"
    try:
        with pytest.raises(BuildFailed, match=f"changed {WRITTEN[name]}: a model may read"):
            build_model(copied, f'{{% do run_query("{statement}") if execute %}} select 1 as one')
        assert copied.warehouse.read_bytes() == b"the last good"
        assert not copied.warehouse.with_suffix(".building").exists()
    finally:
        copied.warehouse.unlink()
        target.unlink()
        if content is not None:
            target.write_bytes(content)


@pytest.mark.parametrize("name", STATEMENTS)
def test_open_warehouse_is_locked_down(copied: Settings, name: str) -> None:
    copied.warehouse.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(copied.warehouse)).close()
    statement = STATEMENTS[name].format(folder=copied.workspace.as_posix().replace("'", "''"))
    with open_warehouse(copied) as warehouse, pytest.raises(duckdb.Error, match=PERMISSION):
        warehouse.execute(statement).fetchall()
    assert not list(copied.workspace.rglob("stolen*"))


def test_no_model_is_a_program() -> None:
    # What DuckDB is forbidden, a Python model could still do.
    assert not list((PROJECT / "dbt_project" / "models").rglob("*.py"))
