"""How a delivery stands to those before it: apart from them, a revision of one, or overlapping one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.register import Delivery

# From this share of a month, or of its identifiers, on, a delivery speaks of the same records again.
SAME = 0.5
# Up to this share they are stragglers: other records of an earlier month.
STRAGGLERS = 0.1


@dataclass(frozen=True)
class Relation:
    """`revises` are deliveries that this one takes the place of, `overlaps` those of which it holds a part."""

    revises: tuple[Delivery, ...] = ()
    overlaps: tuple[Delivery, ...] = ()


def relate(
    line: Delivery,
    extract: Path,
    contract: Contract,
    history: Iterable[Delivery],
    extract_of: Callable[[Delivery], Path],
) -> Relation:
    """What a delivery revises and overlaps among the current deliveries of its source."""
    revises, overlaps = [], []
    for earlier in history:
        # A changed contract reads the same bytes anew.
        kind = (
            "revision"
            if earlier.sha256 == line.sha256
            else _relation(line, extract, contract, earlier, extract_of)
        )
        if kind == "revision":
            revises.append(earlier)
        elif kind == "overlap":
            overlaps.append(earlier)
    return Relation(tuple(revises), tuple(overlaps))


def _relation(
    line: Delivery,
    extract: Path,
    contract: Contract,
    earlier: Delivery,
    extract_of: Callable[[Delivery], Path],
) -> str:
    if not contract.period:
        # A lookup has no period: a file of its name takes its place.
        return "revision" if earlier.file_name == line.file_name else "apart"
    shared = {month for month in earlier.periods if month in line.periods}
    if not shared or not (set(earlier.scope) & set(line.scope) or earlier.scope == line.scope):
        return "apart"
    covers = shared == set(earlier.periods) and set(earlier.scope) <= set(line.scope)
    if covers and earlier.file_name == line.file_name:
        return "revision"
    if contract.key:
        again = shared_keys(extract, extract_of(earlier), contract.key.name)
        if again == 0:
            return "apart"
        return "revision" if covers and again >= SAME * earlier.accepted else "overlap"
    if all(line.periods[month] < STRAGGLERS * earlier.periods[month] for month in shared):
        return "apart"
    is_whole = all(line.periods[month] >= SAME * earlier.periods[month] for month in shared)
    return "revision" if covers and is_whole else "overlap"


def compare(
    extract: Path, earlier: Path, contract: Contract, before: Delivery, after: Delivery
) -> dict[str, int]:
    """What a revision changed: rows added, removed and altered, and the rows before and after.

    Records without an identifier are compared as wholes: an altered one counts as removed and added.
    """
    import duckdb

    compared = [name for name in contract.extract_types if name not in ("line", "delivery_id")]
    row = f"hash({', '.join(compared)})"
    key = f"coalesce(cast({contract.key.name} as varchar), '')" if contract.key else "''"
    with duckdb.connect() as connection:
        [(added, removed, altered)] = connection.execute(
            f"""with after as (
                    select {key} as id, {row} as content, count(*) as copies from read_parquet(?) group by all
                ),
                before as (
                    select {key} as id, {row} as content, count(*) as copies from read_parquet(?) group by all
                ),
                paired as (
                    select coalesce(after.id, before.id) as id,
                        greatest(coalesce(after.copies, 0) - coalesce(before.copies, 0), 0) as more,
                        greatest(coalesce(before.copies, 0) - coalesce(after.copies, 0), 0) as fewer
                    from after full join before on after.id = before.id and after.content = before.content
                ),
                by_id as (
                    select id, sum(more) as more, sum(fewer) as fewer from paired group by all
                )
                select coalesce(sum(case when id = '' then more else greatest(more - fewer, 0) end), 0),
                    coalesce(sum(case when id = '' then fewer else greatest(fewer - more, 0) end), 0),
                    coalesce(sum(case when id = '' then 0 else least(more, fewer) end), 0)
                from by_id""",
            [str(extract), str(earlier)],
        ).fetchall()
    return {
        "rows_added": int(added),
        "rows_removed": int(removed),
        "rows_altered": int(altered),
        "rows_before": before.accepted,
        "rows_after": after.accepted,
    }


def shared_keys(extract: Path, earlier: Path, key: str) -> int:
    """How many records of an earlier extract have an identifier that this one holds too."""
    import duckdb

    with duckdb.connect() as connection:
        [(count,)] = connection.execute(
            f"""select count(*) from read_parquet(?) as before
                where {key} in (select {key} from read_parquet(?) where {key} is not null)""",
            [str(earlier), str(extract)],
        ).fetchall()
    return count
