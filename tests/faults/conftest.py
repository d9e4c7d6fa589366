"""`sna` in this process, and files that count as written whole as soon as they are there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline import snapshots
from tests.cli.area import Ran, run_sna


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SETTLED", 0.0)


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`sna` in this process: a function from arguments to how it ended."""
    return lambda *arguments: run_sna(monkeypatch, capsys, *arguments)
