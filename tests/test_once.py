"""What is made once a run is made once, and what is half made is told and not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.once import fill_once


class Factory:
    """Stands in for pytest's: the folder of one process."""

    def __init__(self, base: Path) -> None:
        self.base = base
        base.mkdir()

    def getbasetemp(self) -> Path:
        return self.base


def test_each_process_reads_what_the_first_of_them_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    asked = []

    def fill(folder: Path) -> None:
        asked.append(folder)
        (folder / "file").write_text("content")

    folders = [fill_once(Factory(tmp_path / process), "area", fill) for process in ("gw0", "gw1")]  # type: ignore[arg-type]
    assert folders == [tmp_path / "area"] * 2
    assert asked == [tmp_path / "area"]
    assert (tmp_path / "area" / "file").read_text() == "content"


def test_what_is_half_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    factory = Factory(tmp_path / "base")
    with pytest.raises(ZeroDivisionError):
        fill_once(factory, "area", lambda _: 1 / 0)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="half filled: see the test that failed"):
        fill_once(factory, "area", lambda folder: folder / "file")  # type: ignore[arg-type]
