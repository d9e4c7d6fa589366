"""Street-level totals beside the force's own: how far apart they are, and what explains it.

Both are openly published, so nothing of them is hidden.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

# Of Merseyside, January 2018 to September 2021, each category of each whole quarter lay between -3.5% and +3.8%.
USUAL_PERCENT = 4.0
AGREE = "The two agree."
FEWER = (
    "Street-level files keep what was recorded when they were made; the force's table also has what was recorded "
    "later, or moved into the category since."
)
MORE = (
    "Street-level files keep what was recorded when they were made; from the force's table went what was cancelled "
    "later, or moved out of the category since."
)
UNUSUAL = f"Further apart than the two usually are ({USUAL_PERCENT:.0f}%): ask the force."
MERGED = "The category holds violence against the person and sexual offences together."
MERGED_CATEGORY = "Violence and sexual offences"


def reconcile(quarters: pd.DataFrame, cut_off: date) -> pd.DataFrame:
    """Rows of fct_street_quarters that end by the cut-off, with difference, per cent of the force's count (one
    decimal; null of none) and an explanation in words."""
    starts = pd.to_datetime(quarters["quarter_start"])
    ends = starts + pd.DateOffset(months=3, days=-1)
    difference = quarters["street_count"] - quarters["force_count"]
    percent = (100 * difference / quarters["force_count"].where(quarters["force_count"] > 0)).round(1)
    missing = 3 - quarters["month_count"]
    is_whole, is_usual = missing == 0, ~(percent.abs() > USUAL_PERCENT)
    reason = missing.astype("str") + " of 3 months of street-level files never arrived."
    usual = pd.Series(np.select([difference < 0, difference > 0], [FEWER, MORE], AGREE), index=quarters.index)
    reason = reason.mask(is_whole & is_usual, usual).mask(is_whole & ~is_usual, UNUSUAL)
    is_merged = quarters["crime_category"] == MERGED_CATEGORY
    table = pd.DataFrame(
        {
            "crime_category": quarters["crime_category"],
            "period_start": starts,
            "period_end": ends,
            "month_count": quarters["month_count"],
            "street_count": quarters["street_count"],
            "force_count": quarters["force_count"],
            "difference": difference,
            "percent": percent,
            "explanation": reason.mask(is_merged, reason + " " + MERGED),
        }
    )
    is_within = ends <= pd.Timestamp(cut_off)
    return table[is_within].sort_values(["crime_category", "period_start"], ignore_index=True)
