"""Breaks in a series: which lie between two periods, or inside one, and which touch national figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# What a break does: it parts two figures, its period is left out of comparisons, in it recording improves, or counting
# changes place by place.
RULE_CHANGE, LEFT_OUT, RECORDING_RISE, GRADUAL = "rule_change", "left_out", "recording_rise", "gradual"

# The first lockdown took the last six days of 2019/20: that year is still the baseline. In days.
LONGEST_OVERLAP = 31


def kinds_of(figures: pd.DataFrame) -> pd.Series:
    """The kind of offence by which the breaks of each figure are found; '' of one that is of all kinds together."""
    return figures["breakdown_value"].where(figures["breakdown"] == "offence_subgroup", "")


def breaks_of(breaks: pd.DataFrame, indicator_id: str, split: str) -> pd.DataFrame:
    """The breaks of an indicator's figures of one split, all kinds of offence together."""
    is_own = (breaks["indicator_id"] == indicator_id) & (breaks["offence_subgroup"] == "")
    return breaks[is_own & (~breaks["is_of_flag_alone"].astype(bool) | (split != "all"))]


def changes_between(
    figures: pd.DataFrame, first_days: pd.Series, last_days: pd.Series, breaks: pd.DataFrame
) -> NDArray[np.object_]:
    """For each figure the labels of the rule changes after its first day and by its last; '' where none.

    `figures` have `indicator_id`, `breakdown`, `breakdown_value` and `split`; so have those of the functions below.
    """
    return _labels(
        figures,
        breaks[breaks["kind"] == RULE_CHANGE],
        lambda start, _: ((first_days < start) & (start <= last_days)).to_numpy(),
    )


def level_changes(breaks: pd.DataFrame) -> pd.DataFrame:
    """The rows of breaks after which a series has another level, by their first day.

    A rule change, and a left-out period: what came back after the restrictions need not be what was before them.
    """
    return breaks[breaks["kind"].isin([RULE_CHANGE, LEFT_OUT])].sort_values("start_date")


def left_out_in(
    figures: pd.DataFrame, first_days: pd.Series, last_days: pd.Series, breaks: pd.DataFrame
) -> NDArray[np.object_]:
    """For each figure the labels of the left-out periods that take over a month of it, or half; '' where none."""
    # A month cannot lose more than a month.
    half = (last_days - first_days).dt.days.to_numpy() / 2
    most = np.minimum(np.nan_to_num(half), LONGEST_OVERLAP)

    def is_touched(start: pd.Timestamp, end: pd.Timestamp) -> NDArray[np.bool_]:
        last = np.minimum(last_days.to_numpy("datetime64[D]"), np.datetime64(end, "D"))
        first = np.maximum(first_days.to_numpy("datetime64[D]"), np.datetime64(start, "D"))
        return np.asarray((last - first).astype(np.int64) + 1 > most)

    return _labels(figures, breaks[breaks["kind"] == LEFT_OUT], is_touched)


def months_left_out(first_days: pd.Series, breaks: pd.DataFrame) -> NDArray[np.bool_]:
    """Which months, by their first day, a left-out period touches; `breaks` are those of one series."""
    is_touched = np.zeros(len(first_days), dtype=bool)
    left_out = breaks[breaks["kind"] == LEFT_OUT]
    for first, last in zip(left_out["start_date"], left_out["end_date"], strict=True):
        is_touched |= ((first_days <= last) & (first_days + pd.offsets.MonthEnd(0) >= first)).to_numpy()
    return is_touched


def left_out_between(pairs: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.object_]:
    """For each pair of periods the labels of the left-out periods that lie between their first day and their last.

    `pairs` as in `forbidden_by`. The two may be compared where that lets them, and what differs may have changed then.
    """
    first, last, is_same = _reach(pairs)
    between = _labels(
        pairs,
        breaks[breaks["kind"] == LEFT_OUT],
        lambda start, end: ((first < start) & (end <= last)).to_numpy(),
    )
    return np.where(is_same, "", between).astype(object)


def gradual_changes_between(pairs: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.object_]:
    """For each pair of periods the labels of the gradual changes that went on in either or between; '' where none.

    `pairs` as in `forbidden_by`. It parts no two periods, and some of what differs may be it.
    """
    first, last, is_same = _reach(pairs)
    between = _labels(
        pairs,
        breaks[breaks["kind"] == GRADUAL],
        lambda start, end: ((start <= last) & (first <= end)).to_numpy(),
    )
    return np.where(is_same, "", between).astype(object)


def recording_rises_between(pairs: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.object_]:
    """For each pair of periods the labels of what improved recording from the one to the other; '' where nothing did.

    `pairs` as in `forbidden_by`. From the last year of such a period on recording stays as it has become.
    """
    _, last, is_same = _reach(pairs)
    ends, other_ends = pairs["period_end"], pairs["comparator_end"]
    earlier_end = ends.where(ends < other_ends, other_ends)
    between = _labels(
        pairs,
        breaks[breaks["kind"] == RECORDING_RISE],
        lambda start, end: ((earlier_end < end) & (start < last)).to_numpy(),
    )
    return np.where(is_same, "", between).astype(object)


def forbidden_by(pairs: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.object_]:
    """For each pair of periods the labels of what forbids to compare them; '' where nothing does.

    `pairs` are figures with `period_start`, `period_end`, `comparator_start` and `comparator_end`. The same period
    always compares; else no counting may have changed from the first day of both to the last, and neither period
    may fall under restrictions. A standard, which has no period, stands beside restricted figures too: it says
    what should be, not what was.
    """
    first, last, always_compares = _reach(pairs)
    changes = changes_between(pairs, first, last, breaks)
    here, there = (
        left_out_in(pairs, pairs[f"{side}_start"], pairs[f"{side}_end"], breaks)
        for side in ("period", "comparator")
    )
    left_out = np.where(there != "", there, here)
    return np.where(always_compares, "", np.where(changes != "", changes, left_out)).astype(object)


def find_force_gaps(breaks: pd.DataFrame, break_measures: pd.DataFrame) -> pd.DataFrame:
    """`start_date` and `end_date` of each gap or change of system in one force's records, wherever it is.

    `breaks` and `break_measures` are rows of the seeds series_breaks and series_break_measures.
    """
    is_of_police = break_measures["series_family"] == "police"
    of_police = breaks["break_id"].isin(break_measures.loc[is_of_police, "break_id"])
    gaps = breaks.loc[of_police & breaks["area_code"].notna(), ["start_date", "end_date"]]
    return gaps.assign(end_date=gaps["end_date"].fillna(gaps["start_date"])).drop_duplicates()


def _reach(pairs: pd.DataFrame) -> tuple[pd.Series, pd.Series, NDArray[np.bool_]]:
    """The first and the last day of both periods, and whether they are one period, or the other is none."""
    starts, ends = pairs["period_start"], pairs["period_end"]
    other_starts, other_ends = pairs["comparator_start"], pairs["comparator_end"]
    is_same = ((starts == other_starts) & (ends == other_ends)) | other_starts.isna()
    first = starts.where(starts < other_starts, other_starts)
    return first, ends.where(ends > other_ends, other_ends), is_same.to_numpy()


def _labels(
    figures: pd.DataFrame, breaks: pd.DataFrame, is_met: Callable[[pd.Timestamp, pd.Timestamp], NDArray]
) -> NDArray[np.object_]:
    found = np.full(len(figures), "", dtype=object)
    keys = pd.MultiIndex.from_arrays([figures["indicator_id"], kinds_of(figures)])
    is_by_flag = (figures["split"] != "all").to_numpy()
    for _, rows in breaks.sort_values("start_date").groupby("break_id", sort=False):
        one = rows.iloc[0]
        touched, touched_by_flag = (
            pd.MultiIndex.from_frame(some[["indicator_id", "offence_subgroup"]])
            for some in (rows[~rows["is_of_flag_alone"].astype(bool)], rows)
        )
        is_touched = keys.isin(touched) | (is_by_flag & keys.isin(touched_by_flag))
        is_hit = is_touched & is_met(one["start_date"], one["end_date"])
        found[is_hit] = [f"{before}; {one['label']}" if before else one["label"] for before in found[is_hit]]
    return found
