"""The small area, assessed once by the real command and copied for every test that spoils it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.cli.area import Ran, run_sna, write_small_area


def run_command(*arguments: str | Path) -> Ran:
    """Runs the installed `sna` as a user does, in a process of its own."""
    script = Path(sys.executable).with_name("sna")
    # This tree's code, also where the tests run in a copy of it.
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [str(script), *map(str, arguments)], capture_output=True, text=True, check=False, env=env
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A workspace of the small area after `sna assess`, and what the command printed."""
    workspace = tmp_path_factory.mktemp("assessed")
    write_small_area(workspace)
    return workspace, run_command("assess", "--workspace", workspace)


@pytest.fixture
def built(assessed: tuple[Path, Ran], tmp_path: Path) -> Path:
    """A copy of the assessed workspace, to be spoilt."""
    return Path(shutil.copytree(assessed[0], tmp_path / "built"))


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`sna` in this process: a function from arguments to how it ended."""
    return lambda *arguments: run_sna(monkeypatch, capsys, *arguments)
