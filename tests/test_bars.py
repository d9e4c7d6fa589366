"""A benchmark that misses a bar says so, and ends with an error."""

from __future__ import annotations

import pytest

from tests.bars import Measured, print_bars


@pytest.mark.parametrize(
    ("measured", "holds"),
    [
        (Measured("quick enough", 5.0, 5.0), True),
        (Measured("too slow", 5.01, 5.0), False),
        (Measured("times faster", 50.0, 50.0, "times", is_least=True), True),
        (Measured("not so much faster", 49.9, 50.0, "times", is_least=True), False),
        (Measured("nothing measured", float("nan"), 5.0), False),
        (Measured("nothing measured", float("nan"), 5.0, is_least=True), False),
    ],
)
def test_a_bar_holds_on_its_right_side_alone(measured: Measured, holds: bool) -> None:
    assert measured.holds == holds
    assert str(measured).endswith("holds" if holds else "MISSED")


def test_one_missed_bar_is_an_error_after_all_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    met = Measured("met", 1.0, 5.0)
    assert print_bars([met, met]) == 0
    assert capsys.readouterr().out.endswith("2 of 2 bars hold\n")
    assert print_bars([Measured("missed", 6.0, 5.0), met]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in told[1:3]] == ["MISSED", "holds"]
    assert told[-1] == "1 of 2 bars hold"
