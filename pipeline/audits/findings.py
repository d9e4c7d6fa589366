"""Intervals sorted by what they give away."""

from __future__ import annotations

from collections.abc import Sequence
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
    """How many cells there are, the intervals of the suppressed ones, each kind from tight to wide, and what failed."""

    cell_count: int
    relation_count: int
    exact: tuple[Interval, ...]
    narrow: tuple[Interval, ...]
    wide: tuple[Interval, ...]
    contradictions: tuple[str, ...]


def audit_tables(tables: Sequence[Tables], least: int, threshold: int) -> Findings:
    """What a reader who knows the relations, and that a marker stands for at least `least`, can work out.

    Exact: one value alone is possible. Narrow, beside those: fewer than `threshold` whole numbers from the lowest
    to the highest, or none at or above it. A table that contradicts itself is left out, and said; Contradiction is
    raised where no other is left.
    """
    kinds: tuple[list[Interval], list[Interval], list[Interval]] = ([], [], [])
    audited, contradictions = [], []
    for table in tables:
        try:
            found = find_intervals(table.cells, table.relations, least)
        except Contradiction as contradiction:
            contradictions.append(str(contradiction))
            continue
        audited.append(table)
        for cell_id, low, high in found.itertuples(index=False):
            interval = Interval(str(cell_id), int(low), None if pd.isna(high) else int(high))
            kinds[_kind(interval, threshold)].append(interval)
    if not audited:
        raise Contradiction(contradictions[0])
    exact, narrow, wide = (tuple(sorted(kind, key=_width)) for kind in kinds)
    return Findings(
        cell_count=sum(len(table.figures) for table in audited),
        relation_count=sum(table.relations["relation_id"].nunique() for table in audited),
        exact=exact,
        narrow=narrow,
        wide=wide,
        contradictions=tuple(contradictions),
    )


def _kind(interval: Interval, threshold: int) -> int:
    if interval.high is None:
        return 2
    if interval.low == interval.high:
        return 0
    is_narrow = interval.high - interval.low + 1 < threshold or interval.high < threshold
    return 1 if is_narrow else 2


def _width(interval: Interval) -> float:
    return float("inf") if interval.high is None else interval.high - interval.low
