"""A delivery written from literal rows: which contract claims it, what lands, and what its models make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2

from pipeline.contracts import Contract, read_contracts
from pipeline.ingest.delivered import Delivered
from pipeline.ingest.land import ingest_files
from pipeline.ingest.recognise import find_contracts
from pipeline.register import Delivery
from pipeline.settings import PROJECT, read_settings

CONTRACTS = {contract.source_id: contract for contract in read_contracts(PROJECT)}
AS_OF = date(2026, 11, 1)
MODELS = PROJECT / "dbt_project" / "models"
MACROS = PROJECT / "dbt_project" / "macros"

Row = Sequence[object]


def text_of(*rows: Row) -> bytes:
    """Rows as a CSV file, the first of them the header."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def claimants(folder: Path, content: bytes, name: str = "as_sent.csv") -> list[str]:
    """The sources that claim a file: by its name or, where that says nothing, by its header."""
    file = folder / name
    file.write_bytes(content)
    return [contract.source_id for contract in find_contracts(Delivered(file), tuple(CONTRACTS.values()))]


def land(
    folder: Path, source_id: str, content: bytes, columns: str, name: str = "as_sent.csv"
) -> tuple[Delivery, list[tuple[object, ...]]]:
    """The ledger line of a file landed under one contract, and these columns of its rows in order."""
    contract: Contract = CONTRACTS[source_id]
    settings = read_settings(folder / "workspace")
    settings.deliveries.mkdir(parents=True, exist_ok=True)
    (settings.deliveries / "SYNTHETIC.txt").write_text("SYNTHETIC\n")
    file = settings.deliveries / name
    file.write_bytes(content)
    [line] = ingest_files(settings, (contract,), [file], AS_OF).deliveries
    extract = settings.extracts / source_id / f"{line.delivery_id}.parquet"
    if not extract.exists():
        return line, []
    with duckdb.connect() as connection:
        return line, connection.execute(
            f"select {columns} from read_parquet(?) order by line", [str(extract)]
        ).fetchall()


def run_model(model: str, tables: Mapping[str, str], columns: str) -> list[tuple[object, ...]]:
    """These columns of a model's rows, ordered, over tables given as select statements.

    Stands in for dbt where a whole build would take a minute: a source or a model is the table of its name.
    """
    [file] = MODELS.rglob(f"{model}.sql")
    macros = "".join(
        (MACROS / f"{name}.sql").read_text(encoding="utf-8") for name in ("known", "last_sent", "people")
    )
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    sql = environment.from_string(macros + file.read_text(encoding="utf-8")).render(
        source=lambda _, name: name,
        ref=lambda name: name,
        dbt=SimpleNamespace(dateadd=lambda part, count, day: f"({day} + to_{part}s({count}))"),
    )
    with duckdb.connect() as connection:
        for name, select in tables.items():
            connection.execute(f"create table {name} as {select}").fetchall()
        return connection.execute(f"select {columns} from ({sql}) order by all").fetchall()
