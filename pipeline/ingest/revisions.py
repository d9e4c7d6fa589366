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
# Up to this share they are stragglers: other records of an earlier month, or days that had none to send this time.
STRAGGLERS = 0.1


@dataclass(frozen=True)
class Relation:
    """`revises` are deliveries that this one takes the place of, `overlaps` those of which it holds a part,
    `stragglers` those to whose months it adds a few records, without identifiers to tell them by."""

    revises: tuple[Delivery, ...] = ()
    overlaps: tuple[Delivery, ...] = ()
    stragglers: tuple[Delivery, ...] = ()
    # delivery_id → how many of its records come again; only deliveries in which each record has an identifier.
    again: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Seen:
    """What an earlier delivery and this one have in common."""

    # Whether each record of both has an identifier, and whether half of them or more have.
    is_keyed: bool
    is_mostly_keyed: bool
    # The earlier records with an identifier, and those of them that come again.
    keyed: int
    again: int
    # The earlier records of days before the first or after the last that this one speaks of.
    outside: int


def relate(
    line: Delivery,
    extract: Path,
    contract: Contract,
    history: Iterable[Delivery],
    extract_of: Callable[[Delivery], Path],
) -> Relation:
    """What a delivery revises and overlaps among the current deliveries of its source."""
    akin = [earlier for earlier in history if _is_akin(line, contract, earlier)]
    doubtful = [earlier for earlier in akin if not _is_sent_anew(line, contract, earlier)]
    seen = _look(line, extract, contract, {each.delivery_id: extract_of(each) for each in doubtful})
    kinds = {
        earlier.delivery_id: _relation(line, earlier, seen[earlier.delivery_id])
        if earlier in doubtful
        else "revision"
        for earlier in akin
    }

    def of_kind(kind: str) -> tuple[Delivery, ...]:
        return tuple(earlier for earlier in akin if kinds[earlier.delivery_id] == kind)

    again = {delivery: each.again for delivery, each in seen.items() if each.is_keyed}
    return Relation(of_kind("revision"), of_kind("overlap"), of_kind("stragglers"), again)


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
    """Whether a delivery speaks of all months and all else that an earlier one spoke of."""
    return earlier.periods.keys() <= line.periods.keys() and set(earlier.scope) <= set(line.scope)


def _relation(line: Delivery, earlier: Delivery, seen: _Seen) -> str:
    """How two deliveries that are akin stand: "revision", "overlap", "stragglers" or "apart"."""
    # A part of a month is no new edition of it, however many of its records come again.
    covers = _covers(line, earlier) and seen.outside <= max(1, STRAGGLERS * earlier.accepted)
    if seen.is_mostly_keyed:
        if not seen.again:
            return "apart"
        return "revision" if covers and seen.again >= SAME * seen.keyed else "overlap"
    shared = earlier.periods.keys() & line.periods.keys()
    if all(line.periods[month] < STRAGGLERS * earlier.periods[month] for month in shared):
        return "stragglers"
    is_whole = all(line.periods[month] >= SAME * earlier.periods[month] for month in shared)
    return "revision" if covers and is_whole else "overlap"


def _look(line: Delivery, extract: Path, contract: Contract, earlier: dict[str, Path]) -> dict[str, _Seen]:
    """What each earlier delivery has in common with this one, by its identity."""
    import duckdb

    if not earlier:
        return {}
    key = contract.key.name if contract.key else "null"
    # A cursor of the one database in memory: a database of its own takes longer to open than to ask.
    with duckdb.cursor() as connection:
        rows = connection.execute(
            f"""with now as (select {key} as id from read_parquet($now)),
                ours as (select count(id) / count(*) as share from now),
                before as (
                    select delivery_id, {key} as id, cast({contract.period} as date) as day from read_parquet($before)
                )
                select delivery_id,
                    least(count(id) / count(*), (select share from ours)) as keyed_share, count(id),
                    count(*) filter (id in (select id from now where id is not null)),
                    count(*) filter (day not between $first and $last)
                from before group by all""",
            {
                "now": str(extract),
                "before": [glob.escape(str(file)) for file in earlier.values()],
                "first": line.period_start,
                "last": line.period_end,
            },
        ).fetchall()
    found = {delivery: _Seen(share == 1, share >= SAME, *counts) for delivery, share, *counts in rows}
    return {delivery: found.get(delivery, _Seen(False, False, 0, 0, 0)) for delivery in earlier}


def compare(
    extract: Path, earlier: Iterable[Path], contract: Contract, before: Iterable[Delivery], after: Delivery
) -> dict[str, int]:
    """What a revision changed in all that it takes the place of: rows added, removed and altered, and the rows before
    and after.

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
            [str(extract), [glob.escape(str(file)) for file in earlier]],
        ).fetchall()
    return {
        "rows_added": int(added),
        "rows_removed": int(removed),
        "rows_altered": int(altered),
        "rows_before": sum(each.accepted for each in before),
        "rows_after": after.accepted,
    }
