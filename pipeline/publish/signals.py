"""Monthly series of the whole area with their control limits, and what stands out of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.definitions import RULE_CHANGE
from pipeline.statistics.control import control_limits

FEWEST_MONTHS = 12
COLUMNS = [
    "indicator_id", "area_code", "split", "period_start", "value", "centre", "lower_limit", "upper_limit",
    "is_judged", "signal", "reason",
]  # fmt: skip


def find_signals(values: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """One row a month of each series of 12 months or more: COLUMNS.

    Limits start anew at each change in counting that touches the indicator. A hidden or missing month stays a
    gap, which no run of points crosses. `reason` says why a month is not judged: `suppressed`, `not_available`,
    `too_few_events` (under 5 a month) or `short_stretch`; empty where it is.
    """
    monthly = values[
        (values["period_type"] == "month")
        & (values["area_type"] == "vru")
        & (values["breakdown"] == "none")
        & (values["lens_id"] == "")
    ]
    changes = breaks[breaks["kind"] == RULE_CHANGE]
    charts = [
        _chart(rows.sort_values("period_start"), changes.loc[changes["indicator_id"] == name, "start_date"])
        for (name, _), rows in monthly.groupby(["indicator_id", "split"], sort=True)
        if rows["value"].notna().sum() >= FEWEST_MONTHS
    ]
    return pd.concat(charts, ignore_index=True) if charts else pd.DataFrame(columns=COLUMNS)


def _chart(series: pd.DataFrame, change_days: pd.Series) -> pd.DataFrame:
    starts = pd.to_datetime(series["period_start"])
    positions = [int((starts < change).sum()) for change in pd.to_datetime(change_days)]
    rebase = [position for position in positions if 0 < position < len(series)]
    chart = control_limits(series["value"].to_numpy(), rebase, series["numerator"].to_numpy())
    reasons = np.select(
        [chart.is_judged, series["value"].isna(), np.isnan(chart.centre)],
        ["", series["value_status"], "short_stretch"],
        default="too_few_events",
    )
    return pd.DataFrame(
        {
            "indicator_id": series["indicator_id"].to_numpy(),
            "area_code": series["area_code"].to_numpy(),
            "split": series["split"].to_numpy(),
            "period_start": series["period_start"].to_numpy(),
            "value": series["value"].to_numpy(),
            "centre": np.round(chart.centre, 2),
            "lower_limit": np.round(chart.lower, 2),
            "upper_limit": np.round(chart.upper, 2),
            "is_judged": chart.is_judged,
            "signal": chart.flags,
            "reason": reasons,
        }
    )
