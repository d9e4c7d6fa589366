"""How a delivery stands to those before it: apart from them, a revision of one, or overlapping one."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
    # delivery_id → how many of its records come again, where records have an identifier.
    again: dict[str, int] = field(default_factory=dict)


def relate(
    line: Delivery,
    extract: Path,
    contract: Contract,
    history: Iterable[Delivery],
    extract_of: Callable[[Delivery], Path],
) -> Relation:
    """What a delivery revises and overlaps among the current deliveries of its source."""
    akin = [earlier for earlier in history if _is_akin(line, contract, earlier)]
    again = {}
    if contract.key:
        files = [extract_of(earlier) for earlier in akin if not _is_sent_anew(line, contract, earlier)]
        again = shared_keys(extract, files, contract.key.name) if files else {}
    kinds = [(earlier, _relation(line, contract, earlier, again)) for earlier in akin]
    return Relation(
        tuple(earlier for earlier, kind in kinds if kind == "revision"),
        tuple(earlier for earlier, kind in kinds if kind == "overlap"),
        again,
    )


def _is_akin(line: Delivery, contract: Contract, earlier: Delivery) -> bool:
    """Whether two deliveries speak of the same thing at all."""
    if earlier.sha256 == line.sha256:
        return True
    if not contract.period:
        # A lookup has no period: a file of its name takes its place.
        return earlier.file_name == line.file_name
    is_of_scope = bool(set(earlier.scope) & set(line.scope)) or earlier.scope == line.scope
    return is_of_scope and not earlier.periods.keys().isdisjoint(line.periods)


def _is_sent_anew(line: Delivery, contract: Contract, earlier: Delivery) -> bool:
    """Whether no look at the records is needed: the same bytes, which a changed contract reads anew, or a file of
    the same name for the same periods."""
    is_same_name = earlier.file_name == line.file_name
    return earlier.sha256 == line.sha256 or not contract.period or (is_same_name and _covers(line, earlier))


def _covers(line: Delivery, earlier: Delivery) -> bool:
    """Whether a delivery speaks of all that an earlier one spoke of."""
    return earlier.periods.keys() <= line.periods.keys() and set(earlier.scope) <= set(line.scope)


def _relation(line: Delivery, contract: Contract, earlier: Delivery, again: dict[str, int]) -> str:
    """How two deliveries that are akin stand; `again` counts the records of each that come again."""
    if _is_sent_anew(line, contract, earlier):
        return "revision"
    covers = _covers(line, earlier)
    shared = earlier.periods.keys() & line.periods.keys()
    if contract.key:
        count = again.get(earlier.delivery_id, 0)
        if not count:
            return "apart"
        return "revision" if covers and count >= SAME * earlier.accepted else "overlap"
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
    with duckdb.cursor() as connection:
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


def shared_keys(extract: Path, earlier: Iterable[Path], key: str) -> dict[str, int]:
    """Delivery → how many of its records have an identifier that this extract holds too; none where none has."""
    import duckdb

    # A cursor of the one database in memory: a database of its own takes longer to open than to ask.
    with duckdb.cursor() as connection:
        rows = connection.execute(
            f"""select delivery_id, count(*) from read_parquet(?) as before
                where {key} in (select {key} from read_parquet(?) where {key} is not null) group by all""",
            [[glob.escape(str(file)) for file in earlier], str(extract)],
        ).fetchall()
    return dict(rows)
