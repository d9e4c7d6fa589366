"""Records that share an identifier within one delivery: exact copies stay once, contradictions are all held back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Contract

if TYPE_CHECKING:
    import numpy as np

# What DuckDB writes by itself, and twice as quick as zstd.
CODEC = "snappy"
COPY = "exact copy of an earlier row"
CONTRADICTION = "same identifier, different content"


def repeated_positions(keys: np.ndarray) -> np.ndarray:
    """The positions of the rows whose key's number (0: no key) stands in another row too."""
    import numpy as np

    ordered = np.sort(keys)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    repeated = repeated[repeated != 0]
    return np.flatnonzero(np.isin(keys, repeated)) if len(repeated) else np.empty(0, dtype=np.int64)


def judge_repeated(extract: Path, contract: Contract, positions: np.ndarray) -> dict[int, str]:
    """Line → rule, for each of these rows of an extract that must not stay.

    Of rows alike in everything that is kept the first stays; rows that share a key and differ all go.
    """
    import duckdb
    import pyarrow as pa

    key = contract.key
    if key is None or not len(positions):
        return {}
    compared = ", ".join(name for name in contract.extract_types if name not in ("line", "delivery_id"))
    with duckdb.connect() as connection:
        connection.register("positions", pa.table({"position": positions}))
        rows = connection.execute(
            f"""with candidates as (
                    select * from read_parquet(?, file_row_number = true)
                    semi join positions on file_row_number = position
                ),
                marked as (
                    select line, row_number() over (partition by {compared} order by line) as copy,
                        count(*) over (partition by {key.name}) as alike_by_key,
                        count(*) over (partition by {compared}) as alike
                    from candidates
                )
                select line, case when alike = alike_by_key then ? else ? end
                from marked where alike < alike_by_key or copy > 1""",
            [str(extract), COPY, CONTRADICTION],
        ).fetchall()
    return dict(rows)


def without_lines(extract: Path, lines: set[int]) -> None:
    """Writes an extract anew without the rows of these lines."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = extract.with_suffix(".kept")
    unwanted = np.array(sorted(lines))
    source = pq.ParquetFile(extract)
    with pq.ParquetWriter(kept, source.schema_arrow, compression=CODEC) as writer:
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group)
            stays = ~np.isin(rows.column("line").to_numpy(), unwanted)
            writer.write_table(rows.filter(pa.array(stays)))
    source.close()
    kept.replace(extract)
