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
        touches = pairs["part_cell"].isin(part) | pairs["total_cell"].isin(part)
        inside = pairs[pairs["relation_id"].isin(pairs.loc[touches, "relation_id"])]
        seen = set(inside["part_cell"]) | set(inside["total_cell"])
        try:
            intervals = find_intervals(reader[reader["cell_id"].isin(seen)], inside).set_index("cell_id")
        except Contradiction:
            continue
        asked = small[small["merged"].isin(intervals.index)]
        low = asked["merged"].map(intervals["low"]).astype("float64")
        high = asked["merged"].map(intervals["high"]).astype("float64").fillna(np.inf)
        is_true = (low <= asked["count"]) & (asked["count"] <= high)
        most = asked["merged"].map(reader.set_index("cell_id")["most"]).fillna(np.inf)
        is_narrow = ~is_apart(low, high, asked["threshold"], most)
        confined += list(asked.loc[is_true & is_narrow, "cell_id"])
    return confined


def _merge(cells: pd.DataFrame, is_hidden: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The cell that each is to this reader, and those cells with their value (null where it is hidden) and limits."""
    value = cells["count"].where(~is_hidden.to_numpy())
    # Nothing is known of a remainder; under a marker there is at least 1; a rounded cell has limits of its own.
    least = cells["least"].fillna((cells["role"] != REMAINDER).astype(float))
    told = cells.assign(value=value, least=least, told=cells["rounded"].fillna(value))
    named = told[told["measure_id"].notna()]
    keys = [named[name] for name in KEY]
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
