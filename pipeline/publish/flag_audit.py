"""How well each police force fills the domestic abuse flag, by month: a check of quality, never a count of abuse.

A month is told only where the area's own figures of it are, and none of them is hidden: then its records, and those
by the flag, are known already. Everything else rests on counts rounded to twice the policy's threshold (to 10 at a
threshold of 5), and under that to none, as what a status says does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.breaks import RULE_CHANGE, breaks_of, months_left_out
from pipeline.publish.row_counts import find_bases, round_rows
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
# A measure, and the first day of a month.
Month = tuple[str, pd.Timestamp]
COLUMNS = [
    "police_force_code", "police_force_name", "measure_id", "period_start", "record_count",
    *(f"{figure}_{column}" for figure in FIGURES for column in ("percent", "status")),
    "completeness_signal", "domestic_signal", "is_jump",
]  # fmt: skip


def audit_flags(
    counts: pd.DataFrame, values: pd.DataFrame, indicators: pd.DataFrame, breaks: pd.DataFrame
) -> pd.DataFrame:
    """COLUMNS, one row a force, measure and month.

    `counts` are rows of fct_flag_audit with the policy's `threshold` (nan: nothing is hidden) and `rounding_base`.
    Percentages, to one decimal: flag known, of records; flagged, of flags known; expected domestic, of records of which
    it can be told; cannot be told, of records; not flagged, of those expected. `…_status` is `reported`;
    `not_available` on a base of under 20, or where `values` tells no figure of the same offences in the same month;
    `suppressed` where a part or what is left may be small, or where `values` hides such a figure. The number of records
    is null where figures are hidden or not told. `…_signal` is the rule of JUMPS that the month meets by more than
    rounding could make, or empty; `is_jump` whether either is met. Season is taken out first where two years or more
    tell it; months of restrictions, in which less crime was recorded that is not domestic, are in no season, and of
    what was flagged in them nothing is judged. An outage of under seven months makes no limits.
    """
    if counts.empty:
        return pd.DataFrame(columns=COLUMNS)
    told, hidden = _find_months(values, indicators, has_parts=counts["police_force_code"].nunique() > 1)
    audited = protect_months(counts, told, hidden)
    charted = [
        _chart(rows, breaks_of(breaks, INDICATORS[str(measure)], "all"))
        for (_, measure), rows in audited.groupby(["police_force_code", "measure_id"], sort=True)
    ]
    return pd.concat(charted, ignore_index=True)[COLUMNS]


def _find_months(
    values: pd.DataFrame, indicators: pd.DataFrame, has_parts: bool
) -> tuple[set[Month], set[Month]]:
    """The measures and months of which the area's published figures tell any, and those of which they hide any.

    Where the area `has_parts`, forces of its own, hidden figures of forces and districts count too, of any period.
    """
    measures = values["indicator_id"].map(indicators.set_index("indicator_id")["numerator_measure_id"])
    starts, ends = (pd.to_datetime(values[name]) for name in ("period_start", "period_end"))
    is_whole, is_hidden = values["lens_id"] == "", values["value_status"] == "suppressed"
    is_of_month = is_whole & (values["period_type"] == "month") & (values["area_type"] == "vru")
    told = _list_months(measures, starts, ends, is_of_month & (values["value_status"] == "reported"))
    hidden = _list_months(measures, starts, ends, is_of_month & is_hidden)
    if has_parts:
        is_of_part = is_whole & values["area_type"].isin(["force", "lad"])
        hidden |= _list_months(measures, starts, ends, is_of_part & is_hidden)
    return told, hidden


def _list_months(measures: pd.Series, starts: pd.Series, ends: pd.Series, is_meant: pd.Series) -> set[Month]:
    rows = pd.DataFrame({"measure": measures, "start": starts, "end": ends})[is_meant].drop_duplicates()
    return {
        (name, month)
        for measure, start, end in rows.itertuples(index=False)
        for name, alike in MEASURES.items()
        if measure in alike
        for month in pd.date_range(start, end, freq="MS")
    }


def protect_months(counts: pd.DataFrame, told_months: set[Month], hidden_months: set[Month]) -> pd.DataFrame:
    """The counts' months as they may be told: records, percentages and their statuses, all from rounded counts alone.

    `told_months` and `hidden_months` are those of which the area's figures tell any, and hide any.
    """
    base, step = find_bases(counts["threshold"], counts["rounding_base"])
    rounded = {name: round_rows(counts[name], base, step) for name in COUNTS}
    unknown = round_rows(counts["record_count"] - counts["flag_known_count"], base, step)
    base = base.fillna(1.0)
    least = (2 * base).clip(lower=SMALLEST_BASE)

    records, domestic = rounded["record_count"], rounded["domestic_count"]
    expected, cannot_be_told = rounded["expected_count"], rounded["cannot_be_told_count"]
    not_flagged = rounded["expected_not_flagged_count"]
    # A month with next to no flags reads as one without.
    known = (records - unknown).where(records - unknown >= least, 0)
    told = records - cannot_be_told

    months = pd.to_datetime(counts["month_start"])
    keys = list(zip(counts["measure_id"], months, strict=True))
    is_hidden = pd.Series([key in hidden_months for key in keys], index=counts.index)
    is_hidden |= _is_told_by_the_others(counts, [unknown, domestic, records - unknown - domestic], least)
    is_untold = pd.Series([key not in told_months for key in keys], index=counts.index)
    is_small = records <= least
    is_rest_small = told - expected < least
    # Beside records and flags, which are known, it parts both the flagged and the others: told where both are many, and
    # the rounding leaves room for more of each part than the base, however few there are.
    least_expected, most_expected = _ends(expected, base)
    least_missed, most_missed = _ends(not_flagged, base)
    is_part_small = is_rest_small | (domestic < 2 * least) | (records - domestic < 2 * least)
    for most in (
        most_expected - least_missed,
        counts["domestic_count"] - least_expected + most_missed,
        counts["record_count"] - counts["domestic_count"] - least_missed,
    ):
        is_part_small |= most <= base
    parts = {
        "completeness": (known, records, is_small, is_rest_small & False),
        "domestic": (domestic, known, known <= least, known - domestic < least),
        "expected": (expected, told, told <= least, is_rest_small),
        "cannot_be_told": (cannot_be_told, records, told <= least, is_rest_small),
        "expected_not_flagged": (not_flagged, expected, (told <= least) | (expected <= least), is_part_small),
    }
    table = counts[["police_force_code", "police_force_name", "measure_id"]].assign(
        period_start=months,
        record_count=records.mask(is_hidden | is_untold),
        known_count=known,
        rounding_base=base,
    )
    for name, (part, whole, is_without_base, is_rest_hidden) in parts.items():
        status = pd.Series("reported", index=counts.index)
        status = status.mask(is_rest_hidden, "suppressed").mask(is_without_base, "not_available")
        status = status.mask(is_untold | is_small, "not_available").mask(is_hidden, "suppressed")
        percent = (100 * part / whole.where(whole > 0)).round(1)
        table[f"{name}_status"] = status
        table[f"{name}_percent"] = percent.where(status == "reported")
    return table


def _ends(rounded: pd.Series, base: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The least and the most that counts can be that `round_rows` rounds so."""
    least = (rounded - base / 2).where(rounded > base, rounded)
    return least, (rounded + base / 2 - 1).where(rounded > 0, base - 1)


def _is_told_by_the_others(counts: pd.DataFrame, parts: list[pd.Series], least: pd.Series) -> pd.Series:
    """Whether a small count of one of several forces could be the area's less those of the others."""
    is_small = pd.concat(parts, axis=1).lt(least, axis=0).any(axis=1)
    key = [counts["measure_id"], counts["month_start"]]
    force_count = counts["police_force_code"].groupby(key).transform("nunique")
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
