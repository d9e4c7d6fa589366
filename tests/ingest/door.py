"""A door to knock at: a workspace of the demonstration area, and what became of a file that was put there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from pipeline.contracts import Contract, read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.land import Ingested, ingest_folder
from pipeline.ingest.stage import Door, Staged, stage
from pipeline.register import Delivery
from pipeline.settings import PROJECT, Settings, read_settings

AS_OF = date(2024, 6, 1)
# Enough kinds for every format; each further one costs every test an empty extract.
KINDS = ("police_crimes", "street_crimes", "recorded_crime", "children_in_need", "fingertips",
         "sharp_object_admissions", "lad_boundaries")  # fmt: skip
CONTRACTS = tuple(contract for contract in read_contracts(PROJECT) if contract.source_id in KINDS)
POLICE = "crime_id,force_code,lad_code,recorded_date,offence_code,da_flag\n"
ROW = "c1,X23000001,X06000001,2024-03-01,8N,Y\n"

Rejects = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Outcome:
    """The ledger line of one file, and its rejects."""

    line: Delivery
    rejects: Rejects = field(default_factory=list)


def open_door(workspace: Path) -> Settings:
    """The settings of the demonstration area in an empty workspace with a marked drop folder."""
    settings = read_settings(workspace)
    settings.deliveries.mkdir(parents=True)
    (settings.deliveries / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    return settings


def deliver(settings: Settings, name: str, content: bytes) -> Path:
    """Puts a file into the drop folder."""
    file = settings.deliveries / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def ingest(settings: Settings) -> Ingested:
    return ingest_folder(settings, CONTRACTS, AS_OF)


def take_in(settings: Settings, name: str, content: bytes) -> Outcome:
    """Delivers one file, ingests the folder, and tells what became of it."""
    deliver(settings, name, content)
    [line] = ingest(settings).deliveries
    return Outcome(line, read_rejects(settings, line))


def stage_file(file: Path, contract: Contract, folder: Path) -> Staged:
    """What the door makes of one file on its own."""
    line = Delivery("", "", contract.source_id, file.name, "", "accepted")
    return stage(Delivered(file), contract, line, folder, Door(AS_OF))


def read_rejects(settings: Settings, line: Delivery) -> Rejects:
    file = settings.rejects / line.source_id / f"{line.delivery_id}.parquet"
    columns = "line, column_name, rule"
    return read_table(f"select {columns} from read_parquet('{file}') order by line") if file.exists() else []


def read_extract(settings: Settings, source_id: str, columns: str = "*") -> list[tuple]:
    """The rows of all extracts of a source, as dbt reads them."""
    folder = settings.extracts / source_id
    return read_table(f"select {columns} from read_parquet('{folder}/*.parquet') order by delivery_id, line")


def read_table(sql: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()
