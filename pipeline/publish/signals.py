"""Monthly series of the whole area with their control limits, and what stands out of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.breaks import RULE_CHANGE, breaks_of
from pipeline.statistics.control import control_limits

FEWEST_MONTHS = 12
# One more than the longest run that a rule looks at: of fewer, limits would be those of chance.
FEWEST_IN_A_STRETCH = 8
COLUMNS = [
    "indicator_id", "area_code", "split", "period_start", "value", "centre", "lower_limit", "upper_limit",
    "is_judged", "signal", "reason",
]  # fmt: skip


def find_signals(values: pd.DataFrame, breaks: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """One row a month of each series of 12 months or more: COLUMNS.

    Values are those of the published counts, to two decimals more than the indicator is shown with: of a rate
    rounded to its decimals the limits would be those of the rounding. Limits start anew at each change in
    counting that touches the indicator; a month in which one falls is of neither side. A hidden or missing month
    stays a gap, which no run of points crosses. `reason` says why a month is not judged: `suppressed`,
    `not_available`, `change_within`, `too_few_events` (under 5 a month) or `short_stretch` (under 8 months
    between changes); empty where it is.
    """
    multipliers = indicators.set_index("indicator_id")["multiplier"].astype("float64").to_dict()
    decimals = indicators.set_index("indicator_id")["decimals"].astype("int64").to_dict()
    monthly = values[
        (values["period_type"] == "month")
        & (values["area_type"] == "vru")
        & (values["breakdown"] == "none")
        & (values["lens_id"] == "")
    ]
    changes = breaks[breaks["kind"] == RULE_CHANGE]
    charts = [
        _chart(
            rows.sort_values("period_start"),
            pd.to_datetime(breaks_of(changes, str(name))["start_date"]),
            multipliers[name],
            decimals[name] + 2,
        )
        for (name, _), rows in monthly.groupby(["indicator_id", "split"], sort=True)
        if rows["value"].notna().sum() >= FEWEST_MONTHS
    ]
    return pd.concat(charts, ignore_index=True) if charts else pd.DataFrame(columns=COLUMNS)


def _chart(series: pd.DataFrame, changes: pd.Series, multiplier: float, decimals: int) -> pd.DataFrame:
    starts = pd.to_datetime(series["period_start"]).reset_index(drop=True)
    ends = starts + pd.offsets.MonthEnd(0)
    exact = series["numerator"] / series["denominator"] * multiplier
    values = exact.where(series["denominator"].notna(), series["value"]).to_numpy(float)
    months = zip(starts, ends, strict=True)
    is_divided = np.array([((changes > start) & (changes <= end)).any() for start, end in months])
    charted = np.where(is_divided, np.nan, values)
    positions = {int((starts < change).sum()) for change in changes}
    rebase = sorted(position for position in positions if 0 < position < len(series))
    chart = control_limits(charted, rebase, np.where(is_divided, np.nan, series["numerator"].to_numpy(float)))
    edges = [0, *rebase, len(series)]
    lengths = np.concatenate(
        [np.full(last - first, (~np.isnan(charted[first:last])).sum()) for first, last in pairwise(edges)]
    )
    is_short = lengths < FEWEST_IN_A_STRETCH
    is_judged = chart.is_judged & ~is_short
    reasons = np.select(
        [is_judged, np.isnan(values), is_divided, is_short],
        ["", series["value_status"], "change_within", "short_stretch"],
        default="too_few_events",
    )
    limits = {
        name: np.where(is_short, np.nan, np.round(limit, decimals))
        for name, limit in (
            ("centre", chart.centre),
            ("lower_limit", chart.lower),
            ("upper_limit", chart.upper),
        )
    }
    return pd.DataFrame(
        {
            "indicator_id": series["indicator_id"].to_numpy(),
            "area_code": series["area_code"].to_numpy(),
            "split": series["split"].to_numpy(),
            "period_start": series["period_start"].to_numpy(),
            "value": np.round(values, decimals),
            **limits,
            "is_judged": is_judged,
            "signal": np.where(is_judged, chart.flags, ""),
            "reason": reasons,
        }
    )
