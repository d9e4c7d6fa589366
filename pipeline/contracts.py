"""What each kind of delivery must look like: dbt's sources files, read as contracts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.settings import ConfigurationError

# How a cell's text becomes a value; anything else is DuckDB's own cast of the column's type.
READINGS = ("month", "financial_year", "academic_year", "reporting_year", "mid_year", "age")
STATUSES = ("suppressed", "not_available", "not_applicable")


@dataclass(frozen=True)
class Column:
    """One column of an extract, and the headers under which suppliers send it."""

    name: str
    data_type: str
    headers: tuple[str, ...]
    is_required: bool
    is_key: bool
    reads: str
    symbols: dict[str, str]
    codes: frozenset[str]


@dataclass(frozen=True)
class Contract:
    """One kind of delivery: how it is recognised, read and typed, and what may be said of it."""

    source_id: str
    title: str
    publisher: str
    files: tuple[str, ...]
    format: str
    sheet: str
    header_rows: int
    fill_down: tuple[str, ...]
    period: str
    cadence: str
    policy_id: str
    is_openly_published: bool
    licence: str
    ask: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_required)

    def field_of(self, header: str) -> str | None:
        """The column that a supplier's header names, or None; case and outer spaces do not matter."""
        wanted = header.strip().casefold()
        for column in self.columns:
            if wanted in (known.casefold() for known in column.headers):
                return column.name
        return None

    @property
    def extract_types(self) -> dict[str, str]:
        """Every column of the extract with its DuckDB type: the contract's, a status beside each symbol
        column, and where the row came from."""
        types = {}
        for column in self.columns:
            types[column.name] = column.data_type
            if column.symbols:
                types[f"{column.name}_status"] = "varchar"
        return {**types, "delivery_id": "varchar", "line": "bigint"}


def read_yaml(file: Path) -> Any:
    """The content of a YAML file; ten times as fast where libyaml is there, as it nearly always is."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), loader)


def read_contracts(project: Path) -> tuple[Contract, ...]:
    """Every contract of the project, by source_id; ConfigurationError names the file of a faulty one."""
    contracts = []
    for file in sorted((project / "dbt_project" / "models" / "staging").rglob("_*__sources.yml")):
        try:
            document = read_yaml(file)
        except yaml.YAMLError as error:
            raise ConfigurationError(f"{file} cannot be read as YAML ({error}): mend that line.") from None
        for source in document["sources"]:
            for table in source["tables"]:
                # Sources that a run writes itself (`run`) have no files and are no contracts.
                if "files" in table.get("config", {}).get("meta", {}):
                    contracts.append(_read_table(project, file, table))
    return tuple(sorted(contracts, key=lambda contract: contract.source_id))


def _read_table(project: Path, file: Path, table: dict) -> Contract:
    meta = table["config"]["meta"]
    try:
        return Contract(
            source_id=table["name"],
            title=meta["title"],
            publisher=meta["publisher"],
            files=tuple(meta["files"]),
            format=meta["format"],
            sheet=meta.get("sheet", ""),
            header_rows=meta.get("header_rows", 1),
            fill_down=tuple(meta.get("fill_down", ())),
            period=meta["period"] or "",
            cadence=meta["cadence"],
            policy_id=meta["policy_id"],
            is_openly_published=meta["is_openly_published"],
            licence=meta["licence"],
            ask=meta["ask"],
            columns=tuple(_read_column(project, column) for column in table["columns"]),
        )
    except KeyError as error:
        raise ConfigurationError(f"{file}: table {table['name']} lacks {error}: add it.") from None


def _read_column(project: Path, column: dict) -> Column:
    meta = column.get("config", {}).get("meta", {})
    reads = meta.get("reads", "")
    if reads and reads not in READINGS:
        raise ConfigurationError(
            f"Column {column['name']}: reads {reads!r} is not one of {', '.join(READINGS)}."
        )
    return Column(
        name=column["name"],
        data_type=column["data_type"],
        headers=tuple(str(header) for header in meta.get("headers", ())),
        is_required=meta.get("required", False),
        is_key=meta.get("key", False),
        reads=reads,
        symbols={str(symbol): status for symbol, status in meta.get("symbols", {}).items()},
        codes=_read_codes(project, meta["code_list"]) if "code_list" in meta else frozenset(),
    )


def _read_codes(project: Path, code_list: str) -> frozenset[str]:
    seed, _, column = code_list.partition(".")
    file = project / "dbt_project" / "seeds" / f"{seed}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return frozenset(row[column] for row in csv.DictReader(lines))
