"""What a whole extract speaks of: its periods, what else it is about, and who stands alone in it."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contracts import Contract
from pipeline.ingest.delivered import Refused

if TYPE_CHECKING:
    import duckdb

SMALLEST_CROWD = 5
MOST_SCOPES = 1_000


def read_periods(connection: duckdb.DuckDBPyConnection, extract: Path, contract: Contract) -> dict[str, Any]:
    """The months a delivery speaks of, with its rows in each, its first and last day, and its scope.

    Named as a line of the ledger names them; what the contract does not tell is left out.
    """
    found: dict[str, Any] = {}
    if contract.period:
        rows = connection.execute(
            f"""with days as (
                    select cast({contract.period} as date) as day, count(*) as row_count from read_parquet(?)
                    where {contract.period} is not null group by all
                )
                select strftime(day, '%Y-%m'), sum(row_count), min(day), max(day) from days group by 1 order by 1""",
            [str(extract)],
        ).fetchall()
        found["periods"] = {month: int(count) for month, count, _, _ in rows}
        found["period_start"] = str(min((row[2] for row in rows), default=""))
        found["period_end"] = str(max((row[3] for row in rows), default=""))
    if contract.scope:
        names = ", ".join(contract.scope)
        rows = connection.execute(
            f"select distinct {names} from read_parquet(?) order by all limit {MOST_SCOPES + 1}",
            [str(extract)],
        ).fetchall()
        if len(rows) > MOST_SCOPES:
            # The ledger keeps them for ever: what changes with the record is not what a delivery is about.
            raise Refused(
                f"it has more than {MOST_SCOPES:,} different words in {' and '.join(contract.scope)}, which say what a "
                "delivery is about: ask the supplier what stands there"
            )
        found["scope"] = tuple(" | ".join("" if word is None else str(word) for word in row) for row in rows)
    return found


def count_crowds(
    connection: duckdb.DuckDBPyConnection, extract: Path, contract: Contract, delivered: Container[str]
) -> dict[str, int]:
    """How many rows stand alone, or among fewer than five, in what could single a person out together.

    Empty where none of the contract's quasi-identifiers was delivered.
    """
    names = [
        column.name
        for column in contract.columns
        if column.is_quasi_identifier and column.name in delivered and not column.is_free_text
    ]
    if not names:
        return {}
    [(alone, few)] = connection.execute(
        f"""select coalesce(sum(rows) filter (rows = 1), 0), coalesce(sum(rows) filter (rows < ?), 0)
            from (select count(*) as rows from read_parquet(?) group by {", ".join(names)})""",
        [SMALLEST_CROWD, str(extract)],
    ).fetchall()
    return {"rows_alone": int(alone), "rows_among_fewer_than_five": int(few)}
