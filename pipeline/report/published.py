"""The published folder as one frozen bundle: the only figures the report can see."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet

from pipeline.report.numbers import REPORTED
from pipeline.settings import ConfigurationError

KEY = (
    "indicator_id",
    "lens_id",
    "area_code",
    "area_type",
    "period_type",
    "period_start",
    "period_end",
    "breakdown",
    "breakdown_value",
    "split",
)
NUMBERS = ("numerator", "denominator", "value", "lower95", "upper95", "lowest", "highest")

# Columns that the report reads; a table may have more.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "indicator_values": (
        *KEY,
        *NUMBERS,
        "value_status",
        "status_reason",
        "left_out",
        "is_population_estimated",
    ),
    "indicators": (
        "indicator_id",
        "title",
        "short_title",
        "meaning",
        "section",
        "kind",
        "numerator_label",
        "denominator_label",
        "unit",
        "decimals",
        "direction",
        "interval_method",
        "source_ids",
        "caveat",
        "is_proxy",
        "series_family",
    ),
    "lenses": (
        "lens_id",
        "title",
        "short_title",
        "meaning",
        "source",
        "is_interpretation",
        "is_local",
        "unknown_flag_rule",
        "substitute_indicator_id",
        "substitute_difference",
        "sort_order",
    ),
    "lens_comparisons": (
        "lens_id",
        "other_lens_id",
        "area_code",
        "period_type",
        "period_start",
        "period_end",
        "statistic",
        "item",
        "value",
        "lower95",
        "upper95",
        "lowest",
        "highest",
        "value_status",
        "status_reason",
    ),
    "positions": (
        "indicator_id",
        "area_code",
        "area_type",
        "period_type",
        "period_end",
        "breakdown",
        "split",
        "statistic",
        "value",
        "centre",
        "lower95",
        "upper95",
        "lower998",
        "upper998",
        "position",
        "value_status",
    ),
    "distributions": (
        "indicator_id",
        "area_type",
        "period_type",
        "period_end",
        "split",
        "statistic",
        "value",
        "expected",
        "value_status",
    ),
    "benchmarks": (
        "indicator_id",
        "breakdown",
        "breakdown_value",
        "geography",
        "period_label",
        "value",
        "source",
        "status",
    ),
    "comparisons": (
        *KEY,
        "comparator_kind",
        "comparator_label",
        "comparator_end",
        "comparator_value",
        "verdict",
        "reason",
    ),
    "claims": (
        "claim_id",
        "part",
        "period_start",
        "period_end",
        "statistic",
        "value",
        "lower95",
        "upper95",
        "verdict",
        "sentence",
        "caveat",
    ),
    "decompositions": (
        "indicator_id",
        "area_code",
        "period_start",
        "period_end",
        "reference_name",
        "offence_subgroup",
        "share",
        "reference_share",
        "weight",
        "reference_weight",
        "mix_effect",
        "mix_lower95",
        "mix_upper95",
        "within_effect",
        "within_lower95",
        "within_upper95",
        "known_within_effect",
        "known_within_lower95",
        "known_within_upper95",
        "value_status",
        "status_reason",
    ),
    "caveats": ("caveat_id", "sort_order", "section", "text", "indicator_id", "source"),
    "series_breaks": (
        "break_id",
        "indicator_id",
        "offence_subgroup",
        "is_of_flag_alone",
        "start_date",
        "end_date",
        "kind",
        "label",
    ),
    "sources": (
        "source_id",
        "title",
        "publisher",
        "status",
        "period_start",
        "period_end",
        "delivery_count",
        "gap_note",
        "ask",
        "licence",
        "is_openly_published",
    ),
    "data_quality": (
        "source_id",
        "source_title",
        "check_id",
        "label",
        "count",
        "base",
        "percent",
        "note",
    ),
    "flag_audit": (
        "police_force_name",
        "measure_id",
        "period_start",
        "record_count",
        "completeness_percent",
        "completeness_status",
        "domestic_percent",
        "domestic_status",
        "expected_percent",
        "expected_status",
        "cannot_be_told_percent",
        "cannot_be_told_status",
        "expected_not_flagged_percent",
        "expected_not_flagged_status",
        "completeness_signal",
        "domestic_signal",
        "is_jump",
    ),
    "areas": (
        "area_code",
        "area_name",
        "area_type",
        "parent_code",
        "population",
        "population_year",
        "deprivation_decile",
        "geometry_wkb",
    ),
    "signals": (
        "indicator_id",
        "area_code",
        "split",
        "period_start",
        "value",
        "centre",
        "lower_limit",
        "upper_limit",
        "is_judged",
        "signal",
        "reason",
    ),
    "findings": (
        "finding_id",
        "rank",
        "section",
        "sentence",
        "indicator_id",
        "lens_id",
        "area_code",
        "period_start",
        "period_end",
        "split",
        "verdict",
    ),
    "provenance": (
        "source_id",
        "delivery_id",
        "file_name",
        "sha256",
        "status",
        "reason",
        "rows_in",
        "accepted",
        "rejected",
        "period_start",
        "period_end",
    ),
}
REQUIRED = ("indicator_values", "indicators", "areas")
DATE_COLUMNS = ("period_start", "period_end", "start_date", "end_date", "comparator_end")


@dataclass(frozen=True)
class Indicator:
    """What a figure counts, over what, in which unit, and where it comes from."""

    indicator_id: str
    title: str
    short_title: str
    meaning: str
    section: str
    kind: str
    numerator_label: str
    denominator_label: str
    unit: str
    decimals: int
    direction: str
    interval_method: str
    source_ids: tuple[str, ...]
    caveat: str
    is_proxy: bool
    series_family: str


@dataclass(frozen=True)
class Reading:
    """One published cell: a figure, or the reason why there is none.

    `left_out` names the kinds of offence without which a total of harm or cost is told: it is then a least.
    """

    indicator_id: str
    lens_id: str
    area_code: str
    area_type: str
    period_type: str
    period_start: date
    period_end: date
    breakdown: str
    breakdown_value: str
    split: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower95: float | None
    upper95: float | None
    lowest: float | None
    highest: float | None
    value_status: str
    status_reason: str
    left_out: str
    is_population_estimated: bool

    @property
    def is_reported(self) -> bool:
        return self.value_status == REPORTED

    @property
    def has_bounds(self) -> bool:
        """Whether records that do not say leave the figure open between two published bounds."""
        return self.lowest is not None and self.highest is not None and self.lowest < self.highest

    @property
    def cell_id(self) -> str:
        """The key of the published row, by which anybody can find the number again."""
        return "~".join(str(getattr(self, name)) for name in KEY)


@dataclass(frozen=True)
class Published:
    """Every published table, and the cells of each indicator apart so that a look-up is quick."""

    readings: Mapping[str, tuple[Reading, ...]]
    indicators: Mapping[str, Indicator]
    tables: Mapping[str, pd.DataFrame]
    area_names: Mapping[str, str]
    certificate: Mapping[str, Any]

    @cached_property
    def comparisons(self) -> Mapping[tuple[str, str], Sequence[dict[str, Any]]]:
        """The published comparisons that have a value, by the cell that is compared and the kind of comparator."""
        table = self.tables["comparisons"]
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in records(table[table["comparator_value"].notna()]):
            cell_id = "~".join(str(row[name]) for name in KEY)
            found.setdefault((cell_id, str(row["comparator_kind"])), []).append(row)
        return found


def read_published(folder: Path) -> Published:
    """The bundle in a published folder; ConfigurationError where a file or a column is missing."""
    tables = {name: _read_table(folder, name) for name in COLUMNS}
    certificate = folder / "disclosure_certificate.json"
    return Published(
        readings=_group(readings(tables["indicator_values"])),
        indicators={row["indicator_id"]: _indicator(row) for row in tables["indicators"].to_dict("records")},
        tables=tables,
        area_names=dict(zip(tables["areas"]["area_code"], tables["areas"]["area_name"], strict=True)),
        certificate=json.loads(certificate.read_text(encoding="utf-8")) if certificate.exists() else {},
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a small table as dictionaries, absence as None."""
    names = [str(name) for name in table.columns]
    columns = [_plain_list(table[name]) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def readings(frame: pd.DataFrame) -> list[Reading]:
    """The rows of a frame of figures as published cells; ConfigurationError for a figure without a value."""
    columns = [_plain_list(frame[field.name]) for field in fields(Reading)]
    found = [Reading(*row) for row in zip(*columns, strict=True)]
    for reading in found:
        if reading.is_reported and reading.value is None:
            raise ConfigurationError(
                f"indicator_values.parquet: {reading.cell_id} is reported without a value."
            )
    return found


def _plain_list(column: pd.Series) -> list[Any]:
    absent = column.isna()
    if absent.any():
        return column.astype("object").where(~absent, None).tolist()
    return column.tolist()


def _group(found: Iterable[Reading]) -> dict[str, tuple[Reading, ...]]:
    groups: dict[str, list[Reading]] = {}
    for reading in found:
        groups.setdefault(reading.indicator_id, []).append(reading)
    return {name: tuple(members) for name, members in groups.items()}


def is_absent(cell: Any) -> bool:
    """Whether a cell of a frame holds nothing, in any of the ways that pandas says so."""
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def _indicator(row: Mapping[Any, Any]) -> Indicator:
    values: dict[str, Any] = {
        field.name: "" if is_absent(row[field.name]) else row[field.name] for field in fields(Indicator)
    }
    sources = str(values["source_ids"]).split(",")
    values["source_ids"] = tuple(source.strip() for source in sources if source.strip())
    values["decimals"] = int(values["decimals"] or 0)
    values["is_proxy"] = bool(values["is_proxy"])
    return Indicator(**values)


def _read_table(folder: Path, name: str) -> pd.DataFrame:

    file = folder / f"{name}.parquet"
    if not file.exists():
        if name in REQUIRED:
            raise ConfigurationError(f"{file} does not exist: run `sna refresh` before `sna report`.")
        return pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS[name]})
    table = pyarrow.parquet.read_table(file)
    missing = [column for column in COLUMNS[name] if column not in table.column_names]
    if missing:
        raise ConfigurationError(f"{file} lacks the column {missing[0]}: run `sna refresh` again.")
    frame = table.select(list(COLUMNS[name])).to_pandas(date_as_object=True)
    for column in DATE_COLUMNS:
        if column in frame.columns:
            frame[column] = _plain_dates(frame[column])
    return frame


def _plain_dates(column: pd.Series) -> pd.Series:

    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Series(
            [None if stamp is pd.NaT else stamp.date() for stamp in column],
            index=column.index,
            dtype="object",
        )
    return column.astype("object")
