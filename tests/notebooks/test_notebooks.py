"""Every notebook runs on what is published, and reads nothing else."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from pipeline.settings import PROJECT, Settings

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.py"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_on_published_figures(
    notebook: Path, demonstration: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path.cwd()
    os.chdir(demonstration.workspace)
    try:
        runpy.run_path(str(notebook))
    finally:
        os.chdir(before)
    assert "Port Example" in capsys.readouterr().out
    assert "warehouse" not in notebook.read_text(encoding="utf-8")
