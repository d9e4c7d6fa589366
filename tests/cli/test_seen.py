"""What a run of the door saw, in words: warnings are said once for the files that share them, habitual ones last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.cli.seen import as_data, tell
from pipeline.ingest.land import Ingested
from pipeline.register import Delivery

LINE = Delivery("a", "1", "police_crimes", "one.csv", "", "accepted", rows_in=2, accepted=2)


def notes(lines: list[Delivery], capsys: pytest.CaptureFixture[str]) -> list[str]:
    tell(Ingested(tuple(lines), tuple(lines)))
    return [line.removeprefix("Note: ") for line in capsys.readouterr().err.splitlines()]


def test_shared_warning_is_said_once_and_habitual_ones_last(capsys: pytest.CaptureFixture[str]) -> None:
    habitual, rare = "columns not read: x", "2 exact copies of an earlier row were held back"
    one = replace(LINE, warnings=(habitual, rare))
    two = replace(LINE, file_name="two.csv", warnings=(habitual,))
    assert notes([one, two], capsys) == [f"one.csv: {rare}", f"2 files of police_crimes: {habitual}"]


def test_long_list_ends_with_where_the_rest_is(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [replace(LINE, file_name=f"{n}.csv", warnings=(f"warning {n}",)) for n in range(14)]
    said = notes(lines, capsys)
    assert (len(said), said[-1]) == (13, "2 more: `sna ingest --json` shows them all")


def test_data_hold_the_warnings_of_earlier_runs_too() -> None:
    warned = replace(LINE, warnings=("w",))
    assert as_data(Ingested((warned, LINE), ()))["warnings"] == {"one.csv": ["w"]}
