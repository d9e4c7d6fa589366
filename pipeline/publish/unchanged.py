"""The reader who takes a revised count for the one that was told before."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import find_groups, read_equations
from pipeline.disclosure.intervals import Contradiction, find_intervals
from pipeline.disclosure.system import REMAINDER
from pipeline.disclosure.witnesses import is_apart
from pipeline.publish.cells import KEY


def find_confined(cells: pd.DataFrame, relations: pd.DataFrame, is_hidden: pd.Series) -> list[Hashable]:
    """The small counts that this reader would rightly confine to fewer values than the promise leaves open.

    `cells` and `relations` are those of a proof, with remainders; `is_hidden` is by cell_id. All cells of one key that
    are told with one value at most are one to this reader. Where no whole table agrees with all that was told, the
    reader learns that something changed, and nothing else; a wrong conclusion gives nothing away.
    """
    merged, reader = _merge(cells, is_hidden)
    if merged.equals(cells["cell_id"]):
        return []
    to_reader = pd.Series(merged.to_numpy(), index=cells["cell_id"])
    pairs = relations.assign(
        total_cell=relations["total_cell"].map(to_reader), part_cell=relations["part_cell"].map(to_reader)
    )
    twice = merged[merged.duplicated(keep=False)]
    truths = cells.assign(merged=merged)
    small = truths[(truths["count"] > 0) & (truths["count"] < truths["threshold"]) & is_hidden.to_numpy()]
    confined: list[Hashable] = []
    for part in _touched(reader, pairs, set(twice)):
        try:
            intervals = _work_out(reader, pairs, part)
        except Contradiction:
            continue
        confined += _narrow(small[small["merged"].isin(intervals.index)], intervals)
    return confined


def _work_out(reader: pd.DataFrame, relations: pd.DataFrame, part: set[Hashable]) -> pd.DataFrame:
    """What this reader finds of some cells that say something about each other: low, high and most, by cell_id."""
    touches = relations["part_cell"].isin(part) | relations["total_cell"].isin(part)
    inside = relations[relations["relation_id"].isin(relations.loc[touches, "relation_id"])]
    seen = set(inside["part_cell"]) | set(inside["total_cell"])
    intervals = find_intervals(reader[reader["cell_id"].isin(seen)], inside).set_index("cell_id")
    return intervals.assign(most=reader.set_index("cell_id")["most"])


def _narrow(small: pd.DataFrame, intervals: pd.DataFrame) -> list[Hashable]:
    """The small counts that are rightly confined; what is wrong of one gives nothing away."""
    low = small["merged"].map(intervals["low"]).astype("float64")
    high, most = (
        small["merged"].map(intervals[name]).astype("float64").fillna(np.inf) for name in ("high", "most")
    )
    is_true = (low <= small["count"]) & (small["count"] <= high)
    return list(small.loc[is_true & ~is_apart(low, high, small["threshold"], most), "cell_id"])


def _merge(cells: pd.DataFrame, is_hidden: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The cell that each is to this reader, and those cells with their value (null where it is hidden) and limits."""
    value = cells["count"].where(~is_hidden.to_numpy())
    # Nothing is known of a remainder; under a marker there is at least 1; a rounded cell has limits of its own.
    least = cells["least"].fillna((cells["role"] != REMAINDER).astype(float))
    told = cells.assign(value=value, least=least, told=cells["rounded"].fillna(value))
    named = told[told["measure_id"].notna()]
    # By other rules it is another count to everybody.
    keys = [named[name] for name in (*KEY, "rule_version")]
    # Two values that were both shown are two counts to everybody.
    is_one = named["told"].groupby(keys, dropna=False).transform("nunique") <= 1
    first = named["cell_id"].groupby(keys, dropna=False).transform("first")
    merged = cells["cell_id"].copy()
    merged.loc[named.index] = first.where(is_one, named["cell_id"])
    reader = (
        told.assign(cell_id=merged)
        .groupby("cell_id", as_index=False)
        .agg(value=("value", "max"), least=("least", "max"), most=("most", "min"))
    )
    return merged, reader


def _touched(reader: pd.DataFrame, relations: pd.DataFrame, cells: set[Hashable]) -> list[set[Hashable]]:
    """The hidden cells that say something about each other, of each group in which some cell was told twice."""
    hidden = reader.loc[reader["value"].isna(), "cell_id"]
    equations = read_equations(pd.Index(reader["cell_id"]), relations)
    at = np.flatnonzero(reader["value"].isna())
    groups = [set(hidden.iloc[group]) for group in find_groups(equations[:, at])]
    return [group for group in groups if group & cells]
