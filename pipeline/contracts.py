"""What each kind of delivery must look like: dbt's sources files, read as contracts."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from pipeline.settings import ConfigurationError

# How a cell's text becomes a value; anything else is DuckDB's own cast of the column's type.
READINGS = ("month", "financial_year", "academic_year", "reporting_year", "mid_year", "age")
# What a symbol in a number's place says. A blank cell says nothing: its status is `blank`.
STATUSES = ("suppressed", "low", "not_available", "not_applicable", "unreliable")
FORMATS = ("csv", "workbook", "parquet", "geojson")
# Shapes of codes that Excel likes to mangle and suppliers to mistype.
PATTERNS = {
    "lsoa": "[EWX]01\\d{6}",
    "msoa": "[EWX]02\\d{6}",
    "lad": "[EWX]0[6-9]\\d{6}",
    "police_force": "(E23|W15|X23)\\d{6}",
    # Identifiers of SNOMED CT, whose last digit proves the others.
    "snomed": "\\d{6,18}",
    # The name of a body or a kind of thing: words, no number of more than four digits, nothing long.
    "title": "(\\d{0,4}[A-Za-zÀ-ɏ &'’.,:()/+–-]){1,80}\\d{0,4}",
}
MAXIMUM_SIZE = 1_000_000


@dataclass(frozen=True)
class Column:
    """One column of an extract, and the headers under which suppliers send it."""

    name: str
    data_type: str
    headers: tuple[str, ...]
    is_required: bool = False
    is_key: bool = False
    # How the text is read (READINGS), or an empty text.
    reads: str = ""
    # symbol → its status, one of STATUSES.
    symbols: tuple[tuple[str, str], ...] = ()
    # The words that may stand in the column, each with the word that we use; none: anything may.
    values: tuple[tuple[str, str], ...] = ()
    codes: frozenset[str] = frozenset()
    # A regular expression that the whole cell must match.
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    # 1900 or 1904 where numbers in a date column are Excel's count of days; 0: they are held back.
    excel_epoch: int = 0
    is_free_text: bool = False
    # Whether the column, together with others, could single a person out.
    is_quasi_identifier: bool = False


@dataclass(frozen=True)
class Vintage:
    """One layout of an extract over the years: the columns by which it is known."""

    label: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """One kind of delivery: how it is recognised, read and typed, and what may be said of it."""

    source_id: str
    title: str
    publisher: str
    files: tuple[str, ...]
    format: str
    cadence: str
    period: str
    policy_id: str
    is_openly_published: bool
    licence: str
    legal_basis: str
    ask: str
    columns: tuple[Column, ...]
    # How long we may keep it; none: as long as we like.
    retention_years: int | None = None
    geography_vintage: str = "none"
    vintages: tuple[Vintage, ...] = ()
    # The columns that say, beside its period, what a delivery is about: a hospital, a force, an indicator.
    scope: tuple[str, ...] = ()
    sheet: str = ""
    header_rows: int = 1
    fill_down: tuple[str, ...] = ()
    allows_empty: bool = False
    # Whether there is no assessment without it: one that is refused ends the command as if it had been named.
    is_required: bool = False
    # How far a month may lie from the median of the year before it; none: it may lie anywhere.
    volume_tolerance: float | None = None
    # The share of rows that may be held back before the whole delivery is refused.
    rejected_share_limit: float = 0.2
    # Kinds of identifier that the publisher has made harmless, such as snapped coordinates.
    harmless_identifiers: tuple[str, ...] = ()
    # Where the publisher offers it, for `sna fetch`; `{month}`, `{indicator}` and `{dataset}` stand for what is
    # asked for.
    addresses: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_required)

    @property
    def key(self) -> Column | None:
        """The column whose value names a record, or None."""
        return next((column for column in self.columns if column.is_key), None)

    def field_of(self, header: str) -> str | None:
        """The column that a supplier's header names, or None; see fold_header for what does not matter."""
        return self._names.get(fold_header(header))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold_header(known): column.name for column in self.columns for known in column.headers}

    @property
    def extract_types(self) -> dict[str, str]:
        """Every column of the extract with its DuckDB type: the contract's, a status beside each symbol
        column, and where the row came from."""
        types = {}
        for column in self.columns:
            # Free text is looked at for identifiers and never kept.
            if column.is_free_text:
                continue
            types[column.name] = column.data_type
            if column.symbols:
                types[f"{column.name}_status"] = "varchar"
        return {**types, "delivery_id": "varchar", "line": "bigint"}


def fold_header(header: str) -> str:
    """A header as it is compared: case, outer spaces, and runs of spaces, underscores or hyphens do not matter."""
    return re.sub(r"[\s_\-‐‑–]+", " ", header).strip().casefold()


def read_yaml(file: Path) -> Any:
    """The content of a YAML file; ten times as fast where libyaml is there, as it nearly always is.

    Raises ConfigurationError where it is too large, or refers to itself: a few such lines can fill a memory.
    """
    text = file.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(text) > MAXIMUM_SIZE:
        raise ConfigurationError(f"{file} is larger than {MAXIMUM_SIZE:,} characters: split it.")
    try:
        if re.search(r"(^|[\s\[{,:-])[&*]\w", text) and any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, loader)
        ):
            raise ConfigurationError(f"{file} holds an alias (*name): write the value out instead.")
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file} cannot be read as YAML ({error}): mend that line.") from None


def read_contracts(project: Path) -> tuple[Contract, ...]:
    """Every contract of the project, by source_id; ConfigurationError names the file of a faulty one."""
    contracts = []
    for file in sorted((project / "dbt_project" / "models" / "staging").rglob("_*__sources.yml")):
        for source in read_yaml(file)["sources"]:
            shared = source.get("config", {}).get("meta", {})
            for table in source["tables"]:
                meta = {**shared, **table.get("config", {}).get("meta", {})}
                # Sources that a run writes itself (`run`) have no files and are no contracts.
                if "files" in meta:
                    contracts.append(_read_table(project, f"{file.name}: {table['name']}", table, meta))
    return tuple(sorted(contracts, key=lambda contract: contract.source_id))


def find_contract(contracts: Iterable[Contract], source_id: str) -> Contract:
    """The contract of a source; ConfigurationError, with the nearest name, where there is none."""
    by_name = {contract.source_id: contract for contract in contracts}
    if source_id not in by_name:
        near = difflib.get_close_matches(source_id, by_name, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"the sources are {', '.join(by_name)}."
        raise ConfigurationError(f"There is no source {source_id!r}: {hint}")
    return by_name[source_id]


def _read_table(project: Path, where: str, table: dict, meta: dict) -> Contract:
    meta = {key: value for key, value in meta.items() if key != "external_location"}
    symbols = _read_symbols(project, where, meta.pop("symbols", {}))
    columns = [
        _read_column(project, where, each, symbols) for column in table["columns"] for each in _series(column)
    ]
    lists = {
        name: tuple(meta[name] or ())
        for name in ("files", "scope", "fill_down", "harmless_identifiers", "addresses")
        if name in meta
    }
    settings: dict[str, Any] = {
        "retention_years": None,
        **meta,
        **lists,
        "source_id": table["name"],
        "period": meta.get("period") or "",
        "vintages": tuple(
            Vintage(each["label"], tuple(each.get("has", ())), tuple(each.get("lacks", ())))
            for each in meta.get("vintages", ())
        ),
        "columns": tuple(columns),
    }
    _check_names(where, settings, Contract)
    contract = Contract(**settings)
    _check_list(where, "format", contract.format, FORMATS)
    names = [column.name for column in columns]
    known = [header for column in columns for header in {fold_header(known) for known in column.headers}]
    for header in known:
        if known.count(header) > 1:
            raise ConfigurationError(f"{where}: two columns have the header {header!r}: take one out.")
    mentioned = [*contract.scope, *(name for each in contract.vintages for name in (*each.has, *each.lacks))]
    for name in [*mentioned, *([contract.period] if contract.period else [])]:
        _check_list(where, "column", name, names)
    for column in columns:
        if column.name in contract.scope and not (column.values or column.codes or column.pattern):
            raise ConfigurationError(
                f"{where}: {column.name} belongs to the scope, and the register keeps its words for ever: say what may "
                "stand in it, by a pattern (such as title), values or a code_list."
            )
    return contract


def _series(column: dict) -> list[dict]:
    """A column, or, where it has a `series` [first, last], one for each number: `age_{}_count` for 0 to 90."""
    meta = column.get("config", {}).get("meta", {})
    if "series" not in meta:
        return [column]
    first, last = meta["series"]
    rest = {key: value for key, value in meta.items() if key != "series"}
    return [
        {
            **column,
            "name": column["name"].replace("{}", str(number)),
            "config": {
                "meta": {**rest, "headers": [str(h).replace("{}", str(number)) for h in meta["headers"]]}
            },
        }
        for number in range(first, last + 1)
    ]


# What a sources file calls a setting of a column → what the code calls it.
COLUMN_SETTINGS = {
    "headers": "headers",
    "required": "is_required",
    "key": "is_key",
    "reads": "reads",
    "symbols": "symbols",
    "values": "values",
    "code_list": "codes",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "excel_epoch": "excel_epoch",
    "free_text": "is_free_text",
    "quasi_identifier": "is_quasi_identifier",
}


def _read_column(
    project: Path, where: str, column: dict, table_symbols: tuple[tuple[str, str], ...]
) -> Column:
    meta = column.get("config", {}).get("meta", {})
    where = f"{where}.{column['name']}"
    for name in meta:
        _check_list(where, "setting", name, tuple(COLUMN_SETTINGS))
    settings = {COLUMN_SETTINGS[name]: value for name, value in meta.items()}
    reads, pattern = settings.get("reads", ""), settings.get("pattern", "")
    if reads:
        _check_list(where, "reads", reads, READINGS)
    if "symbols" in settings:
        settings["symbols"] = _read_symbols(project, where, settings["symbols"])
    elif column["data_type"] in ("integer", "bigint", "double") and not reads:
        settings["symbols"] = table_symbols
    if "values" in settings:
        settings["values"] = _read_values(settings["values"])
    if "codes" in settings:
        settings["codes"] = _read_codes(project, settings["codes"])
    return Column(
        **{
            **settings,
            "name": column["name"],
            "data_type": column["data_type"],
            "headers": tuple(str(header) for header in settings.get("headers", ())),
            "pattern": PATTERNS.get(pattern, pattern),
        }
    )


def _read_values(values: dict | list) -> tuple[tuple[str, str], ...]:
    """Supplier's words and ours: a list of words that stay as they are, or {our word: [their words]}."""
    if isinstance(values, list):
        return tuple((str(word), str(word)) for word in values)
    return tuple(
        (str(theirs), str(ours)) for ours, words in values.items() for theirs in (ours, *(words or ()))
    )


def _read_symbols(project: Path, where: str, symbols: dict | str) -> tuple[tuple[str, str], ...]:
    """{symbol: status}, or the name of a set in the seed `symbols`."""
    if isinstance(symbols, str):
        rows = _read_seed(project, "symbols")
        found = {row["symbol"]: row["value_status"] for row in rows if row["symbol_set"] == symbols}
        _check_list(where, "symbols", symbols, sorted({row["symbol_set"] for row in rows}))
    else:
        found = {str(symbol): status for symbol, status in symbols.items()}
    for status in found.values():
        _check_list(where, "status", status, STATUSES)
    return tuple(found.items())


def _read_codes(project: Path, code_list: str) -> frozenset[str]:
    seed, _, column = code_list.partition(".")
    return frozenset(row[column] for row in _read_seed(project, seed))


def _read_seed(project: Path, seed: str) -> list[dict[str, str]]:
    file = project / "dbt_project" / "seeds" / f"{seed}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _check_names(where: str, settings: dict[str, Any], kind: type) -> None:
    known = {field.name: field for field in fields(kind)}
    for name in settings:
        _check_list(where, "setting", name, tuple(known))
    for name, field in known.items():
        if name not in settings and field.default is MISSING:
            raise ConfigurationError(f"{where} lacks {name!r}: add it.")


def _check_list(where: str, what: str, word: str, known: tuple[str, ...] | list[str]) -> None:
    if word not in known:
        near = difflib.get_close_matches(str(word), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."
        raise ConfigurationError(f"{where}: {what} {word!r} is not known: {hint}")
