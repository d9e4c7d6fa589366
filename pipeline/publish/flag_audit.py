"""How well each police force fills the domestic abuse flag, by month: a check of quality, never a count of abuse.

Each percentage rests on counts rounded to twice the policy's threshold (to 10 at a threshold of 5), as what a status
says does: of whatever is small a reader learns no more than that it is under the threshold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.breaks import RULE_CHANGE, breaks_of, months_left_out
from pipeline.publish.signals import FEWEST_MONTHS
from pipeline.statistics.control import control_limits
from pipeline.statistics.season import seasonal_factors

SMALLEST_BASE = 20
# What the other rules of the control chart find is a level that lasts: no jump.
JUMPS = ("outside_limits", "trend")
# Whose published figures are made of the same offences, and whose breaks in counting touch the flag.
MEASURES = {"recorded_crime": ("recorded_crime", "domestic_crime"), "violence": ("violence",)}
INDICATORS = {"recorded_crime": "domestic_crime_rate", "violence": "domestic_violence_share"}
COUNTS = (
    "record_count",
    "flag_known_count",
    "domestic_count",
    "expected_count",
    "cannot_be_told_count",
    "expected_not_flagged_count",
)
FIGURES = ("completeness", "domestic", "expected", "cannot_be_told", "expected_not_flagged")
COLUMNS = [
    "police_force_code", "police_force_name", "measure_id", "period_start", "record_count",
    *(f"{figure}_{column}" for figure in FIGURES for column in ("percent", "status")),
    "completeness_signal", "domestic_signal", "is_jump",
]  # fmt: skip


def audit_flags(
    counts: pd.DataFrame, values: pd.DataFrame, indicators: pd.DataFrame, breaks: pd.DataFrame
) -> pd.DataFrame:
    """COLUMNS, one row a force, measure and month.

    `counts` are rows of fct_flag_audit with the policy's `threshold` (nan: nothing is hidden). Percentages, to one
    decimal: flag known, of records; flagged, of flags known; expected domestic, of records of which it can be told;
    cannot be told, of records; not flagged, of those expected. `…_status` is `reported`; `not_available` on a base
    of under 20; `suppressed` where what is left may be small, or where `values` hides a figure of the same offences
    in the same month. `…_signal` is the rule of JUMPS that the month meets by more than rounding could make, or
    empty; `is_jump` whether either is met. Season is taken out first where two years or more tell it; months of
    restrictions, in which less crime was recorded that is not domestic, are in no season, and of what was flagged in
    them nothing is judged. An outage of under seven months makes no limits.
    """
    if counts.empty:
        return pd.DataFrame(columns=COLUMNS)
    audited = _protect(counts, _hidden_months(values, indicators))
    charted = [
        _chart(rows, breaks_of(breaks, INDICATORS[str(measure)], "all"))
        for (_, measure), rows in audited.groupby(["police_force_code", "measure_id"], sort=True)
    ]
    return pd.concat(charted, ignore_index=True)[COLUMNS]


def _hidden_months(values: pd.DataFrame, indicators: pd.DataFrame) -> set[tuple[str, pd.Timestamp]]:
    """The measures and months of which the area's published figures hide any."""
    measures = values["indicator_id"].map(indicators.set_index("indicator_id")["numerator_measure_id"])
    hidden = (
        (values["value_status"] == "suppressed")
        & (values["period_type"] == "month")
        & (values["area_type"] == "vru")
        & (values["lens_id"] == "")
    )
    found = list(zip(measures[hidden], pd.to_datetime(values.loc[hidden, "period_start"]), strict=True))
    return {(name, month) for measure, month in found for name, alike in MEASURES.items() if measure in alike}


def _protect(counts: pd.DataFrame, hidden_months: set[tuple[str, pd.Timestamp]]) -> pd.DataFrame:
    """The percentages and their statuses, all from rounded counts alone."""
    base = (2 * counts["threshold"].astype("float64")).fillna(1.0)
    # Half goes up: what reads as 0 is under the threshold.
    rounded = {name: np.floor(counts[name] / base + 0.5) * base for name in COUNTS}
    unknown = np.floor((counts["record_count"] - counts["flag_known_count"]) / base + 0.5) * base
    least = np.maximum(SMALLEST_BASE, 2 * base)

    records, domestic = rounded["record_count"], rounded["domestic_count"]
    expected, cannot_be_told = rounded["expected_count"], rounded["cannot_be_told_count"]
    not_flagged = rounded["expected_not_flagged_count"]
    # A month with next to no flags reads as one without.
    known = (records - unknown).where(records - unknown >= least, 0)
    told = records - cannot_be_told

    months = pd.to_datetime(counts["month_start"])
    key = [counts["measure_id"], months]
    is_hidden = pd.Series(
        [pair in hidden_months for pair in zip(*key, strict=True)], index=counts.index
    ) | _is_told_by_the_others(counts, unknown, domestic)
    is_small = records <= least
    is_rest_small = told - expected < least
    parts = {
        "completeness": (known, records, is_small, False),
        "domestic": (domestic, known, known <= least, known - domestic < least),
        "expected": (expected, told, told <= least, is_rest_small),
        "cannot_be_told": (cannot_be_told, records, told <= least, is_rest_small),
        "expected_not_flagged": (not_flagged, expected, expected <= least, is_rest_small),
    }
    table = counts[["police_force_code", "police_force_name", "measure_id"]].assign(
        period_start=months, record_count=records, known_count=known, rounding_base=base
    )
    for name, (part, whole, is_without_base, is_rest_hidden) in parts.items():
        status = np.select(
            [is_small, is_hidden, is_without_base, is_rest_hidden],
            ["not_available", "suppressed", "not_available", "suppressed"],
            default="reported",
        )
        percent = (100 * part / whole.where(whole > 0)).round(1)
        table[f"{name}_status"] = status
        table[f"{name}_percent"] = percent.where(status == "reported")
    return table


def _is_told_by_the_others(counts: pd.DataFrame, unknown: pd.Series, domestic: pd.Series) -> pd.Series:
    """Whether a small count of one of several forces could be the area's less those of the others."""
    is_small = (unknown == 0) | (domestic == 0)
    key = [counts["measure_id"], counts["month_start"]]
    force_count = counts["record_count"].groupby(key).transform("size")
    return is_small.groupby(key).transform("any") & (force_count > 1)


def _chart(rows: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The rows of one series in order of time, with their signals."""
    series = rows.sort_values("period_start", ignore_index=True)
    changes = pd.to_datetime(breaks.loc[breaks["kind"] == RULE_CHANGE, "start_date"])
    positions = [int((series["period_start"] < change).sum()) for change in changes]
    rebase = [position for position in positions if 0 < position < len(series)]
    stretch = np.searchsorted(np.sort(rebase), np.arange(len(series)), side="right")
    is_jump = np.zeros(len(series), dtype=bool)
    is_restricted = months_left_out(series["period_start"], breaks)
    for name, base in (("completeness", "record_count"), ("domestic", "known_count")):
        percent = series[f"{name}_percent"].to_numpy(float)
        in_season = np.where(is_restricted, np.nan, percent)
        percent = in_season if name == "domestic" else percent
        signals = np.full(len(series), "", dtype=object)
        if np.isfinite(percent).sum() >= FEWEST_MONTHS:
            whole = series[base].to_numpy(float)
            season = seasonal_factors(
                in_season / 100 * whole, whole, series["period_start"].dt.month.to_numpy(), stretch
            )
            usual = np.ones(len(series)) if season is None else season
            chart = control_limits(percent / usual, rebase, whole, sets_shocks_aside=True)
            # Part and whole are each off by up to half the base.
            error = 100 * series["rounding_base"].to_numpy() / np.where(whole > 0, whole, np.nan)
            is_met = np.isin(chart.flags, JUMPS) & (np.abs(percent - chart.centre * usual) > error)
            signals = np.where(is_met, chart.flags, "").astype(object)
        series[f"{name}_signal"] = signals
        is_jump |= signals != ""
    return series.assign(is_jump=is_jump)
