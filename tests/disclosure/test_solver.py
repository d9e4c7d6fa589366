"""A solver that loses its way from where the last answer was is asked afresh."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from scipy.sparse import csc_array

from pipeline.disclosure.solver import SilentHighs, make_model, new_solver, solve


def ask(monkeypatch: pytest.MonkeyPatch, lost: int) -> float:
    """The least of x + y = 3 with a solver that says *unknown* the first `lost` times."""
    solver = new_solver()
    model = make_model(
        csc_array([[1.0, 1.0]]), np.array([1.0, 2.0]), np.zeros(2), np.full(2, np.inf), np.array([3.0])
    )
    solver.passModel(model)
    said = iter([highspy.HighsModelStatus.kUnknown] * lost)
    truly = SilentHighs.getModelStatus
    monkeypatch.setattr(SilentHighs, "getModelStatus", lambda self: next(said, None) or truly(self))
    answer = solve(solver)
    assert isinstance(answer, np.ndarray)
    return float(answer @ [1.0, 2.0])


def test_what_is_unknown_once_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, lost=1) == 3.0


def test_what_is_unknown_twice_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="no answer"):
        ask(monkeypatch, lost=2)
