"""Known errors of publishers are mended at the door, in words; a mended publisher is noticed at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.contracts import read_contracts
from pipeline.settings import PROJECT, ConfigurationError, Settings
from tests.ingest.door import deliver, open_door, read_extract
from tests.ingest.histories import KINDS, rows, take_all, write_file

HEADER = "source_id,key_1,key_1_value,key_2,key_2_value,column_name,expected_value,corrected_value,reason\n"
KNOWN = HEADER + "records,record_id,r1,force,A,amount,1,10,it lost a nought\n"
HOMICIDE = tuple(each for each in read_contracts(PROJECT) if each.source_id == "homicide_rates")


def with_corrections(folder: Path, text: str) -> Settings:
    """A door whose assessment has corrections of its own."""
    settings = open_door(folder)
    own = folder / "assessment"
    own.mkdir()
    (own / "corrections.csv").write_text(text)
    return replace(settings, assessment=replace(settings.assessment, folder=own))


def amounts(settings: Settings) -> list[tuple[str, int]]:
    return sorted(read_extract(settings, "records", "record_id, amount"))


def test_the_rows_meant_are_mended_and_the_line_says_so(tmp_path: Path) -> None:
    settings = with_corrections(tmp_path, KNOWN)
    write_file(settings, "records.csv", rows("2024-01", 1, 2) + rows("2024-01", 3, force="B"))
    [line] = take_all(settings, KINDS).new
    assert amounts(settings) == [("r1", 10), ("r2", 1), ("r3", 1)]
    assert line.warnings == ("1 row of amount corrected: it lost a nought",)


def test_the_publisher_who_mends_the_error_is_noticed(tmp_path: Path) -> None:
    settings = with_corrections(tmp_path, KNOWN)
    write_file(settings, "records.csv", rows("2024-01", 1, amount=10))
    [line] = take_all(settings, KINDS).refused
    assert line.reason == (
        "1 rows no longer say '1' in amount, which we correct because it lost a nought: if the publisher mended the "
        "error, take the row out of corrections.csv"
    )


def test_a_new_correction_reads_the_delivery_anew(tmp_path: Path) -> None:
    settings = with_corrections(tmp_path, HEADER)
    write_file(settings, "records.csv", rows("2024-01", 1))
    [old] = take_all(settings, KINDS).new
    (settings.assessment.folder / "corrections.csv").write_text(KNOWN)
    [new] = take_all(settings, KINDS).new
    assert (new.supersedes, amounts(settings)) == ((old.delivery_id,), [("r1", 10)])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("records,record,r1,,,amount,1,10,why", "line 2: records has no column 'record'"),
        ("records,record_id,r1,,,amounts,1,10,why", "line 2: records has no column 'amounts'"),
        ("records,record_id,r1,,,amount,1,10,", "line 2: a correction needs a key column and a reason"),
        ("records,,,,,amount,1,10,why", "line 2: a correction needs a key column and a reason"),
    ],
)
def test_a_correction_that_cannot_be_applied_is_one_sentence(tmp_path: Path, row: str, says: str) -> None:
    settings = with_corrections(tmp_path, f"{HEADER}{row}\n")
    write_file(settings, "records.csv", rows("2024-01", 1))
    with pytest.raises(ConfigurationError, match=says):
        take_all(settings, KINDS)


def test_the_total_of_the_homicide_rates_stands_in_its_own_year(tmp_path: Path) -> None:
    settings = open_door(tmp_path)
    text = "Year,Age,Sex,Unit measure,Value\n2012/13,,,Rate,0.9346459917039042\n2012/13,,,Rate,0.9599066610097582\n"
    deliver(settings, "indicator_16-1-1.csv", text.encode())
    [line] = take_all(settings, HOMICIDE).new
    years = [str(year) for (year,) in read_extract(settings, "homicide_rates", "financial_year_start")]
    assert (years, len(line.warnings)) == (["2011-04-01", "2012-04-01"], 2)
