"""Monthly series of the whole area with their control limits, and what stands out of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.breaks import LEFT_OUT, RULE_CHANGE, breaks_of, months_left_out
from pipeline.statistics.control import control_limits
from pipeline.statistics.season import MEAN_MONTH, seasonal_factors

FEWEST_MONTHS = 12
# One more than the longest run that a rule looks at: of fewer, limits would be those of chance.
FEWEST_IN_A_STRETCH = 8
COLUMNS = [
    "indicator_id", "area_code", "split", "period_start", "value", "centre", "lower_limit", "upper_limit",
    "is_season_known", "is_judged", "signal", "reason",
]  # fmt: skip
# Of a share or a ratio of two counts both parts grow with the days of the month.
COUNTED_BY_DAY = ["population", "none"]


def find_signals(values: pd.DataFrame, breaks: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """One row a month of each series of 12 months or more: COLUMNS.

    Values are those of the published counts, to two decimals more than the indicator is shown with: of a rate
    rounded to its decimals the limits would be those of the rounding. Centre and limits are those of the series
    without its season and, unless it divides one count by another, without the length of its months, given back to
    each month: they rise and fall with the year. `is_season_known` is false where there are too few years to know
    a season (`seasonal_factors`), so that it is not allowed for. Limits start anew at each change in counting that
    touches the indicator, and after a left-out period (COVID); a month in which a change falls is of neither side,
    and no month of a left-out period takes part. In a series of missing flags an outage of under seven months is
    signalled and makes no limits. A hidden or missing month stays a gap, which no run of points
    crosses. `reason` says why a month is not judged: `suppressed`, `not_available`, `left_out`, `change_within`,
    `too_few_events` (under 5 a month) or `short_stretch` (under 8 months between changes); empty where it is.
    """
    facts = {str(indicator["indicator_id"]): indicator for _, indicator in indicators.iterrows()}
    charts = [
        _chart(series.sort_values("period_start"), breaks_of(breaks, str(name), str(split)), facts[str(name)])
        for (name, split), series in charted_series(values).groupby(["indicator_id", "split"], sort=True)
    ]
    return pd.concat(charts, ignore_index=True) if charts else pd.DataFrame(columns=COLUMNS)


def charted_series(values: pd.DataFrame) -> pd.DataFrame:
    """The published months of the whole area of which there are enough for a control chart."""
    monthly = values[
        (values["period_type"] == "month")
        & (values["area_type"] == "vru")
        & (values["breakdown"] == "none")
        & (values["lens_id"] == "")
    ]
    known = monthly["value"].notna().groupby([monthly["indicator_id"], monthly["split"]]).transform("sum")
    return monthly[known >= FEWEST_MONTHS]


def _chart(series: pd.DataFrame, breaks: pd.DataFrame, indicator: pd.Series) -> pd.DataFrame:
    starts = pd.to_datetime(series["period_start"]).reset_index(drop=True)
    exact = series["numerator"] / series["denominator"] * float(indicator["multiplier"])
    values = exact.where(series["denominator"].notna(), series["value"]).to_numpy(float)
    is_divided, is_left_out, edges = _stretches(starts, breaks)
    is_set_aside = is_divided | is_left_out
    lengths = np.diff(edges)
    stretch = np.repeat(np.arange(len(lengths)), lengths)
    events = np.where(is_set_aside, np.nan, series["numerator"].to_numpy(float))
    is_by_day = indicator["denominator_kind"] in COUNTED_BY_DAY
    days = starts.dt.days_in_month.to_numpy(float) / MEAN_MONTH if is_by_day else np.ones(len(starts))
    exposure = series["denominator"].fillna(1.0).to_numpy(float) * days
    season = seasonal_factors(events, exposure, starts.dt.month, stretch)
    usual = days if season is None else days * season
    charted = np.where(is_set_aside, np.nan, values / usual)
    # An outage of the flag is no part of what is usual.
    is_of_missing_flags = indicator["numerator_split"] == "not_known"
    chart = control_limits(charted, edges[1:-1], events, sets_shocks_aside=is_of_missing_flags)
    known = np.add.reduceat(~np.isnan(charted), edges[:-1], dtype=int)[stretch]
    is_short = known < FEWEST_IN_A_STRETCH
    is_judged = chart.is_judged & ~is_short
    reasons = np.select(
        [is_judged, np.isnan(values), is_left_out, is_divided, is_short],
        ["", series["value_status"], "left_out", "change_within", "short_stretch"],
        default="too_few_events",
    )
    decimals = int(indicator["decimals"]) + 2
    limits = {
        name: np.where(is_short, np.nan, np.round(limit * usual, decimals))
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
            "is_season_known": season is not None,
            "is_judged": is_judged,
            "signal": np.where(is_judged, chart.flags, ""),
            "reason": reasons,
        }
    )


def _stretches(
    starts: pd.Series, breaks: pd.DataFrame
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], list[int]]:
    """Which months a change falls in, which a left-out period touches, and where stretches start and the last ends."""
    ends = starts + pd.offsets.MonthEnd(0)
    is_divided = np.zeros(len(starts), dtype=bool)
    edges = {0, len(starts)}
    for change in pd.to_datetime(breaks.loc[breaks["kind"] == RULE_CHANGE, "start_date"]):
        is_divided |= ((starts < change) & (change <= ends)).to_numpy()
        edges.add(int((starts < change).sum()))
    left_out = breaks[breaks["kind"] == LEFT_OUT]
    for first, last in zip(left_out["start_date"], left_out["end_date"], strict=True):
        edges |= {int((ends < first).sum()), int((starts <= last).sum())}
    return is_divided, months_left_out(starts, breaks), sorted(edges)
