"""Files are written whole before the door looks at them: no test waits for one to settle, but those that say so."""

from __future__ import annotations

import pytest

from pipeline import snapshots


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SETTLED", 0.0)
