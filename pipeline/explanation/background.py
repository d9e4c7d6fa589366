"""All that an explanation is made from, read once: published tables, definitions, contracts, dbt's manifest.

Never the warehouse, an extract or the register.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.compute
import pyarrow.parquet

from pipeline.contracts import Contract, read_contracts
from pipeline.definitions import Rows, read_local_rows, read_rows
from pipeline.definitions.policies import Policy, agree_policies, read_policies
from pipeline.explanation.lineage import Graph, read_graph
from pipeline.settings import Assessment, Settings

Row = dict[str, Any]
T = TypeVar("T")

# What names one published figure.
CELL = ("indicator_id", "lens_id", "area_code", "area_type", "period_type", "period_start", "period_end",
        "breakdown", "breakdown_value", "split")  # fmt: skip
TABLES = (
    "indicators",
    "areas",
    "lenses",
    "provenance",
    "sources",
    "series_breaks",
    "benchmarks",
    "reconciliation",
    "caveats",
    "trends",
    "signals",
    "lens_comparisons",
    "decompositions",
    "flag_audit",
)
SEEDS = (
    "measures",
    "measure_rules",
    "lens_rules",
    "lens_health_rules",
    "conditions",
    "offence_codes",
    "offence_weights",
    "icd10_violence",
    "corrections",
    "street_categories",
    "breakdown_values",
    "cin_factors",
    "dfe_exclusion_reasons",
    "survey_answers",
    "gdp_deflator",
    "caveats",
    "series_breaks",
    "series_break_measures",
    "lad_code_changes",
    "population_groups",
)


@dataclass(frozen=True)
class Background:
    """What has been published for an assessment, and how it is defined."""

    assessment: Assessment
    # Of many thousand rows a question needs those of one or two indicators.
    values: pyarrow.Table
    comparisons: pyarrow.Table
    claims: list[Row]
    tables: Mapping[str, list[Row]]
    seeds: Mapping[str, Rows]
    contracts: Mapping[str, Contract]
    # By source, and all that there are, those that the assessment agreed on among them.
    policy_of_source: Mapping[str, str]
    policies: tuple[Policy, ...]
    graph: Graph | None
    # What was asked for before, by what it is: many figures need the same.
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returns, made once for a key: it is not to be changed."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept

    def cells_of(self, indicator_id: str) -> list[Row]:
        """The published cells of an indicator."""
        return self.once(("cells", indicator_id), lambda: _rows(_of(self.values, indicator_id)))

    def indicator(self, indicator_id: str) -> Row:
        """The published row of an indicator."""
        rows = self.tables["indicators"]
        return self.once("indicators", lambda: {row["indicator_id"]: row for row in rows})[indicator_id]

    def comparisons_of(self, cell: Row) -> list[Row]:
        """What a published cell is set beside."""
        indicator_id = cell["indicator_id"]
        rows = self.once(("comparisons", indicator_id), lambda: _rows(_of(self.comparisons, indicator_id)))
        return [row for row in rows if all(row[name] == cell[name] for name in CELL)]


def name_cell(cell: Row) -> tuple[str, ...]:
    """What tells a published figure from every other."""
    return tuple(str(cell[name]) for name in CELL)


def read_background(settings: Settings) -> Background:
    """The background of an assessment's published figures, its own lenses and corrections among the definitions."""
    folder = settings.project / "dbt_project" / "seeds"
    seeds = {name: read_rows(folder / f"{name}.csv") for name in SEEDS}
    for name in ("lens_rules", "lens_health_rules"):
        seeds[name] += read_local_rows(settings.assessment, name)
    own = settings.assessment.folder / "corrections.csv"
    seeds["corrections"] += read_rows(own) if own.exists() else []
    claims = settings.published / "claims.parquet"
    contracts = {contract.source_id: contract for contract in read_contracts(settings.project)}
    policies = read_policies(settings.project)
    usual = {source_id: contract.policy_id for source_id, contract in contracts.items()}
    held, agreed = agree_policies(policies, usual, settings.assessment)
    return Background(
        assessment=settings.assessment,
        values=pyarrow.parquet.read_table(settings.published / "indicator_values.parquet"),
        comparisons=pyarrow.parquet.read_table(settings.published / "comparisons.parquet"),
        claims=_read_table(claims) if claims.exists() else [],
        tables={name: _read_table(settings.published / f"{name}.parquet") for name in TABLES},
        seeds=seeds,
        contracts=contracts,
        policy_of_source=held,
        policies=(*policies, *agreed),
        graph=read_graph(settings.curated / "dbt" / settings.assessment.name / "manifest.json"),
    )


def _of(table: pyarrow.Table, indicator_id: str) -> pyarrow.Table:
    return table.filter(pyarrow.compute.field("indicator_id") == indicator_id)


def _read_table(file: Path) -> list[Row]:
    columns = [name for name in pyarrow.parquet.read_schema(file).names if name != "geometry_wkb"]
    return _rows(pyarrow.parquet.read_table(file, columns=columns))


def _rows(table: pyarrow.Table) -> list[Row]:
    return [{column: _plain(cell) for column, cell in row.items()} for row in table.to_pylist()]


def _plain(cell: Any) -> Any:
    """A moment as its day, and absence, which Parquet has two ways to say, as None."""
    if isinstance(cell, datetime):
        return cell.date()
    return None if isinstance(cell, float) and math.isnan(cell) else cell
