"""A thousand damaged deliveries (`make fuzz` tries a hundred thousand), and what they have shown so far."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest.identifier_counts import count_column
from tests import fuzz
from tests.fuzzing import corpus
from tests.ingest.door import CONTRACTS, POLICE, ROW, open_door, stage_file, take_in

NAMED = {contract.source_id: contract for contract in CONTRACTS}


def test_no_damage_crashes_the_door_or_loses_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    monkeypatch.setattr(duckdb, "connect", duckdb.connect)
    fuzz.share_database()
    statuses, faults = fuzz.run(20261125, range(1_000))
    assert faults == []
    # Damage that is always refused, or never, would be no test.
    assert all(
        any(status.startswith(f"{kind} {what}") for status in statuses)
        for kind in fuzz.SUFFIXES
        for what in ("accepted", "refused")
    )


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert fuzz.make_input(1, 7) == fuzz.make_input(1, 7) != fuzz.make_input(1, 8)


def test_half_a_character_at_the_end_of_utf_16_is_refused(tmp_path: Path) -> None:
    content = (POLICE + ROW).encode("utf-16")[:-1]
    line = take_in(open_door(tmp_path / "w"), "police_crimes_1.csv", content).line
    assert (line.status, "damaged UTF-16" in line.reason) == ("refused", True)


def test_archive_whose_list_points_before_its_start_is_refused(tmp_path: Path) -> None:
    content = corpus.pack_zip({"police_crimes_1.csv": (POLICE + ROW).encode()})
    # What is missing at the front puts every place in the list of files wrong.
    line = take_in(open_door(tmp_path / "w"), "police_crimes_1.zip", content[20:]).line
    assert (line.status, "cannot be read" in line.reason) == ("refused", True)


def test_geojson_of_which_a_feature_cannot_be_read_is_refused(tmp_path: Path) -> None:
    content = corpus.geojson().replace(b'"type": "Feature",', b'"type": "Feate",', 1)
    line = take_in(open_door(tmp_path / "w"), "boundaries_lad.geojson", content).line
    assert (line.status, "of its 2 features 1 cannot be read" in line.reason) == ("refused", True)


def test_column_whose_last_cell_ends_in_the_middle_of_a_date_is_counted() -> None:
    import pyarrow as pa

    assert count_column(pa.chunked_array([["2024-03-"]]), "", "", False).dates == 0


@pytest.mark.parametrize("letter", ["x", "É", "9", "Aa", "a.", "-"])
def test_cell_of_one_very_long_word_is_searched_in_no_time(letter: str, tmp_path: Path) -> None:
    import time

    file = tmp_path / "police_crimes_1.csv"
    file.write_text(POLICE + ROW.replace("c1", "c1" + letter * (120_000 // len(letter))), encoding="utf-8")
    started = time.perf_counter()
    stage_file(file, NAMED["police_crimes"], tmp_path / "aside")
    # Ten minutes, where a search goes back to each letter of the word.
    assert time.perf_counter() - started < 10


def test_only_rows_are_left_aside_and_nothing_of_a_delivery_that_is_refused(tmp_path: Path) -> None:
    left = {}
    for name, content in {"sound": corpus.parquet(), "damaged": corpus.parquet()[:-4]}.items():
        (tmp_path / f"prc_pfa_{name}.parquet").write_bytes(content)
        stage_file(tmp_path / f"prc_pfa_{name}.parquet", NAMED["recorded_crime"], tmp_path / name)
        left[name] = sorted(file.name for file in (tmp_path / name).iterdir())
    assert left == {"sound": ["extract.parquet"], "damaged": []}
