"""Areas built once a run: the demonstration area, real Merseyside, and small ones from literal rows."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import settings as hypothesis_settings

from pipeline import plan, snapshots
from pipeline.settings import PROJECT, Settings, read_settings
from tests.once import fill_once

# The same examples on every machine: a failure can be seen again.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")

Rows = Sequence[Mapping[str, object]]

ROUNDED = """
[[stricter]]
source = "police_crimes"
threshold = 5
rounding_base = 5
method = "round"
authority = "Agreement, clause 7"
"""


@pytest.fixture(scope="session", autouse=True)
def settled() -> Iterator[None]:
    """Files are written whole before the door looks: nobody waits for one to settle, but tests that say so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "SETTLED", 0.0)
        yield


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration area, refreshed and reported."""

    def fill(folder: Path) -> None:
        plan.write_demonstration(read_settings(folder))
        plan.assess(read_settings(folder), lambda _: None)

    return read_settings(fill_once(tmp_path_factory, "demonstration", fill))


@pytest.fixture(scope="session")
def rounded_demonstration(demonstration: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration area, refreshed and reported with all its crimes rounded together to 5."""

    def fill(folder: Path) -> None:
        shutil.copytree(demonstration.assessment.folder, folder, dirs_exist_ok=True)
        with (folder / "assessment.toml").open("a", encoding="utf-8") as file:
            file.write(ROUNDED)
        shutil.copytree(demonstration.workspace / "data" / "raw", folder / "data" / "raw")
        plan.assess(read_settings(folder), lambda _: None)

    return read_settings(fill_once(tmp_path_factory, "rounded_demonstration", fill))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real deliveries; tests that need it are skipped where it is not there."""
    folder = os.environ.get("SNA_REAL_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SNA_REAL_DATA does not name the folder of real data")
    return Path(folder)


@pytest.fixture(scope="session")
def merseyside(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Settings:
    """Real Merseyside, refreshed and reported."""
    file = PROJECT / "assessments" / "merseyside" / "assessment.toml"

    def fill(folder: Path) -> None:
        plan.assess(read_settings(folder, file, real_data), lambda _: None)

    return read_settings(fill_once(tmp_path_factory, "merseyside", fill), file, real_data)


@pytest.fixture(scope="session")
def build_area(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, Rows]], Settings]:
    """A function from files of literal rows ({file name: rows}) to the settings of a built, published area."""
    return lambda files: fill_area(tmp_path_factory.mktemp("area"), files)


def fill_area(workspace: Path, files: Mapping[str, Rows]) -> Settings:
    """Builds and publishes an area of these files.

    The area is the demonstration's (five districts, April 2019 to March 2024), without its deliveries.
    """
    settings = deliver_area(workspace, files)
    plan.refresh(settings, lambda _: None)
    return settings


def build_unpublished(workspace: Path, files: Mapping[str, Rows]) -> Settings:
    """Builds the warehouse of such an area, and publishes nothing."""
    settings = deliver_area(workspace, files)
    plan.ingest(settings)
    plan.build(settings)
    return settings


def deliver_area(workspace: Path, files: Mapping[str, Rows]) -> Settings:
    """Writes the deliveries of such an area."""
    settings = read_settings(workspace)
    for name, rows in files.items():
        write_rows(workspace / "data" / "raw" / "demonstration" / name, rows)
    (workspace / "data" / "raw" / "demonstration" / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    return settings


def write_rows(file: Path, rows: Rows) -> None:
    """Writes rows as a CSV delivery."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_values(settings: Settings) -> pd.DataFrame:
    """The published values of an area."""
    return pd.read_parquet(settings.published / "indicator_values.parquet")


def query(settings: Settings, sql: str) -> list[tuple]:
    """The rows of a query over the area's warehouse."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        return warehouse.execute(sql).fetchall()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """An empty workspace that is the working directory of the test."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)
