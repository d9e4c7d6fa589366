"""Intervals sorted by what they give away."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.audits.tables import Tables
from pipeline.disclosure.intervals import find_intervals


@dataclass(frozen=True)
class Interval:
    """The lowest and the highest value possible in a hidden cell (None: no limit)."""

    cell_id: str
    low: int
    high: int | None


@dataclass(frozen=True)
class Findings:
    """How many cells there are, and the intervals of the suppressed ones, each kind from narrow to wide."""

    cell_count: int
    relation_count: int
    exact: tuple[Interval, ...]
    narrow: tuple[Interval, ...]
    wide: tuple[Interval, ...]


def audit_tables(tables: Tables, least: int, threshold: int) -> Findings:
    """What a reader who knows the relations, and that a marker stands for at least `least`, can work out.

    Exact: one value alone is possible. Narrow, beside those: fewer than `threshold` whole numbers from the lowest
    to the highest, or none at or above it. Raises Contradiction where no table of whole numbers is possible.
    """
    found = find_intervals(tables.cells, tables.relations, least)
    kinds: tuple[list[Interval], list[Interval], list[Interval]] = ([], [], [])
    for cell_id, low, high in found.itertuples(index=False):
        interval = Interval(str(cell_id), int(low), None if pd.isna(high) else int(high))
        kinds[_kind(interval, threshold)].append(interval)
    exact, narrow, wide = (tuple(sorted(kind, key=_width)) for kind in kinds)
    return Findings(len(tables.figures), tables.relations["relation_id"].nunique(), exact, narrow, wide)


def _kind(interval: Interval, threshold: int) -> int:
    if interval.high is None:
        return 2
    if interval.low == interval.high:
        return 0
    is_narrow = interval.high - interval.low + 1 < threshold or interval.high < threshold
    return 1 if is_narrow else 2


def _width(interval: Interval) -> float:
    return float("inf") if interval.high is None else interval.high - interval.low
