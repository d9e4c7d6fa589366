"""Periods inside longer ones."""

from __future__ import annotations

import pandas as pd

MONTHS = 12


def find_within(cells: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """The cells of one type of period that lie in each of some windows, beside each other and not over each other.

    `windows` has period_type, period_start and period_end, which stand beside the cells' own with `_whole` after their
    names. Of periods that overlap, such as rolling years, those count that begin whole years after the window.
    """
    pairs = cells.merge(windows, how="cross", suffixes=("", "_whole"))
    starts, ends = pairs["period_start"], pairs["period_end"]
    is_inside = (starts >= pairs["period_start_whole"]) & (ends <= pairs["period_end_whole"])
    months = (starts.dt.month - pairs["period_start_whole"].dt.month) % MONTHS
    return pairs[is_inside & ((pairs["period_type"] != "rolling_year") | (months == 0))]
