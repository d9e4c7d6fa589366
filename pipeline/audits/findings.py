"""Intervals sorted by what they give away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.audits.tables import Tables
from pipeline.disclosure.intervals import Contradiction, find_intervals


@dataclass(frozen=True)
class Interval:
    """The lowest and the highest value possible in a hidden cell (None: no limit)."""

    cell_id: str
    low: int
    high: int | None


@dataclass(frozen=True)
class Findings:
    """How many cells there are, the intervals of the suppressed ones, each kind from tight to wide, and what failed.

    `assumed` are the cells of which less is known without the sums that only a name speaks for; `untested` says how
    many cells without a number are in tables that contradict themselves.
    """

    cell_count: int
    relation_count: int
    exact: tuple[Interval, ...]
    narrow: tuple[Interval, ...]
    wide: tuple[Interval, ...]
    contradictions: tuple[str, ...]
    assumed: frozenset[str] = frozenset()
    untested: int = 0


def audit_tables(
    tables: Sequence[Tables],
    least: int,
    threshold: int,
    advance: Callable[[int], None] = lambda count: None,
) -> Findings:
    """What a reader who knows the relations, and that a marker stands for at least `least`, can work out.

    Exact: one value alone is possible. Narrow, beside those: fewer than `threshold` whole numbers from the lowest
    to the highest, or none at or above it. A table that contradicts itself is left out, and said; Contradiction is
    raised where no other is left. Sums that only a name speaks for are left out where they contradict the others.
    `advance` is told how many cells are done, now and then.
    """
    kinds: tuple[list[Interval], list[Interval], list[Interval]] = ([], [], [])
    audited, contradictions = [], []
    assumed: set[str] = set()
    relation_count = untested = 0
    for table in tables:
        try:
            certain = _find(table, table.borne_out, least, advance)
        except Contradiction as contradiction:
            contradictions.append(_explain(table, contradiction, least))
            untested += sum(not figure.is_shown for figure in table.figures.values())
            continue
        found, relations = certain, table.borne_out
        if table.assumed:
            try:
                found, relations = _find(table, table.relations, least), table.relations
            except Contradiction as contradiction:
                contradictions.append(str(contradiction))
        audited.append(table)
        relation_count += relations["relation_id"].nunique()
        for interval, sure in zip(found, certain, strict=True):
            kinds[_kind(interval, threshold)].append(interval)
            if interval != sure:
                assumed.add(interval.cell_id)
    if not audited:
        raise Contradiction(contradictions[0])
    exact, narrow, wide = (tuple(sorted(kind, key=_width)) for kind in kinds)
    return Findings(
        cell_count=sum(len(table.figures) for table in audited),
        relation_count=relation_count,
        exact=exact,
        narrow=narrow,
        wide=wide,
        contradictions=tuple(contradictions),
        assumed=frozenset(assumed),
        untested=untested,
    )


def _find(
    table: Tables,
    relations: pd.DataFrame,
    least: int,
    advance: Callable[[int], None] = lambda count: None,
) -> list[Interval]:
    found = find_intervals(table.cells, relations, least, advance)
    return [
        Interval(str(cell_id), int(low), None if pd.isna(high) else int(high))
        for cell_id, low, high in found.itertuples(index=False)
    ]


def _explain(table: Tables, contradiction: Contradiction, least: int) -> str:
    """What contradicts itself, and first that it does not where markers may stand for 0."""
    if least > 0:
        try:
            _find(table, table.borne_out, 0)
        except Contradiction:
            return str(contradiction)
        return f"say --least 0, with which all holds, if a marker may stand for 0; otherwise {contradiction}"
    return str(contradiction)


def _kind(interval: Interval, threshold: int) -> int:
    if interval.high is None:
        return 2
    if interval.low == interval.high:
        return 0
    is_narrow = interval.high - interval.low + 1 < threshold or interval.high < threshold
    return 1 if is_narrow else 2


def _width(interval: Interval) -> float:
    return float("inf") if interval.high is None else interval.high - interval.low
