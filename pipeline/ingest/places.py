"""Whether the deliveries speak of the assessment's own area at all."""

from __future__ import annotations

import difflib
import glob
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    import duckdb


def check_places(settings: Settings, contracts: Iterable[Contract]) -> tuple[str, ...]:
    """A note for each code of the assessment that no extract holds.

    Raises ConfigurationError where none of its districts, or none of its forces, stands in any: the report
    would be empty.
    """
    import duckdb

    area, file = settings.assessment.area, settings.assessment.folder / "assessment.toml"
    notes = []
    with duckdb.connect() as connection:
        for setting, codes, column in (
            ("districts", area.districts, "lad_code"),
            ("police_force_codes", area.police_force_codes, "police_force_code"),
        ):
            delivered = _delivered(connection, settings, contracts, column)
            absent = [code for code in codes if code not in delivered]
            if not delivered or not absent:
                continue
            near = difflib.get_close_matches(absent[0], sorted(delivered), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            sentence = f"{file}: `area.{setting}`: no delivery holds {', '.join(absent)}.{hint}"
            if len(absent) == len(codes):
                raise ConfigurationError(f"{sentence} Correct the setting, or deliver that area's figures.")
            notes.append(sentence)
    return tuple(notes)


def _delivered(
    connection: duckdb.DuckDBPyConnection, settings: Settings, contracts: Iterable[Contract], column: str
) -> set[str]:
    """Every code in the extracts that have this column."""
    extracts = [
        glob.escape(str(file))
        for contract in contracts
        if column in contract.extract_types
        for file in (settings.extracts / contract.source_id).glob("*.parquet")
    ]
    rows = connection.execute(
        f"select distinct {column} from read_parquet(?, union_by_name = true) where {column} is not null",
        [extracts],
    ).fetchall()
    return {code for (code,) in rows}
