"""What is costly to make and is made once a run, however many processes share the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Fill = Callable[[Path], object]


def fill_once(factory: pytest.TempPathFactory, name: str, fill: Fill) -> Path:
    """The folder of a name; the first process that asks for it has it filled, the others wait.

    Raises RuntimeError where another process failed to fill it. Whoever changes the folder's files spoils them for
    all: copy it first.
    """
    base = factory.getbasetemp()
    # pytest-xdist gives each of its processes a folder of its own inside that of the run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, whole = shared / name, shared / f"{name}.whole"
    with FileLock(shared / f"{name}.lock"):
        if folder.exists() and not whole.exists():
            raise RuntimeError(f"{folder} was left half filled: see the test that failed in another process")
        if not whole.exists():
            folder.mkdir()
            fill(folder)
            whole.touch()
    return folder
