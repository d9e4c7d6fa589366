"""Districts that lost their domestic abuse flags: their flagged figures tell of recording."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.equations import Booleans
from pipeline.publish.claim_rows import ClaimRules, Measure, figures_of
from pipeline.publish.unknown_flags import counts_flagged_of_people

CLAIM = "no_regional_variation"
LOST = "Over {}% of the flags of the district are unknown in a year."


def flag_measures(rules: ClaimRules) -> list[Measure]:
    """What the flag is asked of, and of how much of that it is not known."""
    return [
        measure for role in ("flag_asked", "flag_not_known") for measure in rules.measures_of(CLAIM, role)
    ]


def find_lost_flags(values: pd.DataFrame, rules: ClaimRules) -> pd.DataFrame:
    """`area_code`, `period_start` and `period_end` of each district and year with over `most_unknown_flags` unknown.

    Both counts must be published.
    """
    asked, unknown = (figures_of(values, measure, "lad") for measure in flag_measures(rules))
    both = asked.merge(unknown, on=["area_code", "period_start"], suffixes=("", "_unknown"))
    most = rules.thresholds["most_unknown_flags"] * both["numerator"]
    return both.loc[both["numerator_unknown"] > most, ["area_code", "period_start", "period_end"]]


def without_lost_flags(
    values: pd.DataFrame, indicators: pd.DataFrame, rules: ClaimRules, districts: pd.Series
) -> pd.DataFrame:
    """The values without rates of flagged crime of a district, or a neighbourhood in it, that lost its flags.

    So are those of any period that has such a year in it, or lies in one. They are `not_available`, with the reason and
    without numbers: set beside others they would read as little abuse. `districts` are by neighbourhood.
    """
    lost = find_lost_flags(values, rules)
    if lost.empty:
        return values
    is_out = (values["value_status"] == "reported").to_numpy() & _meet(values, lost, districts)
    is_out[is_out] = counts_flagged_of_people(values[is_out], indicators)
    told = values.copy()
    told.loc[is_out, ["numerator", "denominator", "value", "lower95", "upper95"]] = np.nan
    told.loc[is_out, "value_status"] = "not_available"
    told.loc[is_out, "status_reason"] = LOST.format(round(100 * rules.thresholds["most_unknown_flags"]))
    return told


def _meet(values: pd.DataFrame, lost: pd.DataFrame, districts: pd.Series) -> Booleans:
    """Which figures are of a district, or in one, and of days in which it lost its flags."""
    district = values["area_code"].map(districts).fillna(values["area_code"])
    met = np.zeros(len(values), dtype=bool)
    for code, start, end in lost.itertuples(index=False):
        is_in_days = (values["period_start"] <= end) & (values["period_end"] >= start)
        met |= (is_in_days & (district == code)).to_numpy()
    return met
