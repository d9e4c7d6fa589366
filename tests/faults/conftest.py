"""`sna` in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.area import Ran, run_sna


@pytest.fixture
def sna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`sna` in this process: a function from arguments to how it ended."""
    return lambda *arguments: run_sna(monkeypatch, capsys, *arguments)
