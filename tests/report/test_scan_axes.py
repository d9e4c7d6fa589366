"""A number on an axis is the template's, one of equal steps, or a published one."""

from __future__ import annotations

import pytest

from pipeline.scan.compare import Allowed, compare
from pipeline.scan.figures import Figures
from pipeline.scan.pieces import Piece, StrayFigure

NOTHING = Allowed(lambda _: frozenset())


def read(ours: list[str], template: list[str], allowed: Allowed = NOTHING) -> None:
    sides = [[Piece("tick", text, axis="y", kind="number") for text in texts] for texts in (ours, template)]
    compare("figure.js", *sides, Figures({}, {}), allowed)


def test_ticks_at_equal_steps_pass_and_others_do_not() -> None:
    read(["0", "5", "10"], ["0", "4", "8"])
    with pytest.raises(StrayFigure, match="none of its equal steps"):
        read(["0", "3", "10"], ["0", "4", "8"])


def test_two_ticks_are_numbers_like_any() -> None:
    read(["0", "3"], ["0", "3"])
    with pytest.raises(StrayFigure, match="no published figure"):
        read(["0", "3"], ["0", "4"])
    read(["0", "3"], ["0", "4"], Allowed(lambda _: frozenset(), frozenset({(3.0, 4.0)})))
    with pytest.raises(StrayFigure, match="the template has no place for"):
        read(["0", "3"], ["0", "4", "8"], Allowed(lambda _: frozenset(), frozenset({(3.0, 4.0)})))
