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


# England and Wales had 34,753 LSOAs in 2011 and have 35,672 since 2021.
NATIONAL_LSOAS = 30_000


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


def known_lsoas(settings: Settings, contracts: Iterable[Contract]) -> frozenset[str]:
    """Every LSOA that a lookup of the whole country names; none where no such lookup has been taken in.

    A lookup of the area alone cannot tell an unknown code from one of the next county.
    """
    import duckdb

    lookups = [
        contract for contract in contracts if contract.is_openly_published and contract.cadence == "once"
    ]
    codes: set[str] = set()
    with duckdb.connect() as connection:
        for column in ("lsoa_code", "lsoa11_code", "lsoa21_code"):
            if any(column in contract.extract_types for contract in lookups):
                codes |= _delivered(connection, settings, lookups, column)
    return frozenset(codes) if len(codes) >= NATIONAL_LSOAS else frozenset()


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
    if not extracts:
        return set()
    rows = connection.execute(
        f"select distinct {column} from read_parquet(?, union_by_name = true) where {column} is not null",
        [extracts],
    ).fetchall()
    return {code for (code,) in rows}
