"""What the door holds while it works, and lets go of at the end."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import find_contract
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.stage import Door, stage
from pipeline.register import Delivery
from tests.ingest.door import AS_OF, CONTRACTS, POLICE, ROW, stage_file


def test_door_closes_the_databases_of_its_judges(tmp_path: Path) -> None:
    door = Door(AS_OF)
    file = tmp_path / "police_crimes_2024-03.csv"
    file.write_text(POLICE + ROW)
    contract = find_contract(CONTRACTS, "police_crimes")
    line = Delivery("", "", contract.source_id, file.name, "", "accepted")
    stage(Delivered(file), contract, line, tmp_path / "staged", door)
    [judge] = door.judges.values()
    door.close()
    with pytest.raises(duckdb.ConnectionException):
        judge.connection.execute("select 1")
    assert not door.judges


def test_extract_rewritten_for_repeated_keys_keeps_its_codec(tmp_path: Path) -> None:
    file = tmp_path / "police_crimes_2024-03.csv"
    file.write_text(POLICE + ROW + ROW.replace("03-01", "03-02") + ROW.replace("c1", "c2"))
    staged = stage_file(file, find_contract(CONTRACTS, "police_crimes"), tmp_path / "staged")
    assert (staged.line.accepted, staged.line.rejected) == (1, 2)
    codecs = {
        pq.ParquetFile(each).metadata.row_group(0).column(0).compression
        for each in (staged.extract, staged.rejects)
    }
    assert codecs == {"SNAPPY"}
