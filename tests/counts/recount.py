"""The models of a built area run again over other crimes: the SQL that dbt compiled, in a copy of its warehouse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.contracts import find_contract, fold_header, read_contracts
from pipeline.settings import PROJECT, Settings
from tests.counts.twin_rows import Row

CRIMES, OWN_RULES = "police_crimes", "local_lens_rules"
COUNTS = "int_event_counts"


@dataclass(frozen=True)
class Recount:
    """A copy of a warehouse, and what makes its counts again from tables of crimes and rules."""

    warehouse: duckdb.DuckDBPyConnection
    statements: Sequence[str]
    columns: Mapping[str, str]  # the column of each header of a crime
    delivery_id: str


def copy_area(settings: Settings, folder: Path) -> Recount:
    """A copy, in an empty folder, of what dbt built and of the statements it would build the counts with."""
    file = folder / settings.warehouse.name
    shutil.copy(settings.warehouse, file)
    warehouse = duckdb.connect(str(file))
    manifest = json.loads(
        (settings.curated / "dbt" / settings.assessment.name / "manifest.json").read_text(encoding="utf-8")
    )
    sources = {row["name"]: row["relation_name"] for row in manifest["sources"].values()}
    for name in (CRIMES, OWN_RULES):
        warehouse.execute(f"create table delivered_{name} as from {sources[name]} limit 0")
    statements = []
    for model in models_between(manifest, {CRIMES, OWN_RULES}, COUNTS):
        code = model["compiled_code"]
        for name in (CRIMES, OWN_RULES):
            code = code.replace(sources[name], f"delivered_{name}")
        statements.append(
            f"create or replace {model['config']['materialized']} {model['relation_name']} as {code}"
        )
    [(delivery_id,)] = warehouse.execute(
        "select any_value(delivery_id) from int_crimes_latest inner join stg_police__crimes using (crime_id)"
    ).fetchall()
    headers = find_contract(read_contracts(PROJECT), CRIMES).columns
    return Recount(
        warehouse,
        statements,
        {fold_header(h): column.name for column in headers for h in column.headers},
        delivery_id,
    )


def models_between(manifest: Mapping, changed: Iterable[str], wanted: str) -> list[Mapping]:
    """The models that read one of these sources, however far off, and that one model reads, in order of building."""
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    parents = {key: node["depends_on"]["nodes"] for key, node in models.items()}
    below = {key for key, source in manifest["sources"].items() if source["name"] in set(changed)}
    order = [key for key in TopologicalSorter(parents).static_order() if key in models]
    for key in order:
        if below & set(parents[key]):
            below.add(key)
    above = {key for key, node in models.items() if node["name"] == wanted}
    for key in reversed(order):
        if key in above:
            above |= set(parents[key])
    return [models[key] for key in order if key in below & above]


def count_again(recount: Recount, crimes: Sequence[Row], own_rules: Sequence[Row]) -> dict[tuple, float]:
    """Every count of these crimes under the seeds' rules and these own ones, by what is counted, where and when."""
    renamed = [
        {recount.columns[fold_header(header)]: cell for header, cell in row.items()}
        | {"delivery_id": recount.delivery_id, "line": str(line)}
        for line, row in enumerate(crimes)
    ]
    for name, rows in ((CRIMES, renamed), (OWN_RULES, own_rules)):
        recount.warehouse.execute(f"delete from delivered_{name}")
        if rows:
            _insert(recount.warehouse, f"delivered_{name}", pd.DataFrame(rows))
    for statement in recount.statements:
        recount.warehouse.execute(statement)
    return {
        tuple(cell): count
        for *cell, count in recount.warehouse.execute(
            f"""select measure_id, lens_id, area_type, area_code, period_type, period_start, breakdown, breakdown_key,
                    split, event_count
                from {COUNTS} where source_id = '{CRIMES}' and event_count != 0"""
        ).fetchall()
    }


def _insert(warehouse: duckdb.DuckDBPyConnection, table: str, texts: pd.DataFrame) -> None:
    """Texts into the columns of their names, as their types; an empty text is nothing."""
    types = {name: kind for name, kind, *_ in warehouse.execute(f"describe {table}").fetchall()}
    cells = ", ".join(f"cast(nullif({name}, '') as {types[name]}) as {name}" for name in texts)
    warehouse.register("texts", texts)
    warehouse.execute(f"insert into {table} by name select {cells} from texts")
