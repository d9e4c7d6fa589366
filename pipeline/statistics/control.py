"""Which points of a series are out of the ordinary: an XmR chart, as NHS England's Making Data Count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics.intervals import Floats, as_counts

# 3 / 1.128: three standard deviations, estimated from the mean difference of neighbours.
LIMIT_FACTOR = 2.66
# The upper limit of a moving range: larger ones are shocks, and would widen the limits for all.
SCREEN_FACTOR = 3.267
FEWEST_EVENTS_A_POINT = 5
RUN_LENGTH = 7

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ControlLimits:
    """Five arrays with an element a point of the series.

    `centre`, `lower` and `upper` are in the unit of the series (nan where a stretch is too short for limits;
    `lower` is never under 0). `is_judged` is false where the chart says nothing: the point is missing, its
    stretch has fewer than two neighbours, or a mean of under 5 events. `flags` is 'outside_limits', 'trend',
    'two_of_three', 'one_side', or '' for an ordinary or unjudged point; the first rule met, in that order.
    """

    centre: Floats
    lower: Floats
    upper: Floats
    is_judged: Booleans
    flags: NDArray[np.str_]


def control_limits(
    values: ArrayLike,
    rebase_at: Sequence[int] = (),
    events: ArrayLike | None = None,
    *,
    sets_shocks_aside: bool = False,
) -> ControlLimits:
    """The XmR limits and flags of one series in order of time, nan where a point is missing.

    `rebase_at` are the positions at which a new stretch starts, with limits of its own: recording changes.
    `events` are the counts behind a series of rates, by which "a mean under 5" is judged; without them
    `values` are the counts. Limits: mean -/+ 2.66 mean moving ranges, the mean taken again without moving
    ranges of 3.267 times itself or more. Rules: outside the limits; 7 points each higher, or lower, than the
    last; 2 of 3 on one side in the outer third within the limits; 7 on one side of the mean (NHS England,
    Making Data Count; agrees with R's NHSRplotthedots). Where `sets_shocks_aside`, points outside the limits around the
    median in runs of under 7 make neither centre nor limits nor runs, and are judged by the limits: an
    outage is no part of the usual. Negative or infinite values, a second dimension, events of another shape or a break
    outside the series raise ValueError.
    """
    series = as_counts(values, "values")
    counts = series if events is None else as_counts(events, "events")
    if series.ndim != 1 or counts.shape != series.shape:
        raise ValueError("values must be one series, and events as many as the values")
    if any(not 0 <= position < series.size for position in rebase_at):
        raise ValueError("rebase_at must be positions within the series")
    starts = sorted({0, *rebase_at})
    stretches = [
        _stretch(series[start:end], counts[start:end], sets_shocks_aside)
        for start, end in zip(starts, [*starts[1:], series.size], strict=True)
    ]
    return ControlLimits(
        centre=np.concatenate([stretch.centre for stretch in stretches]),
        lower=np.concatenate([stretch.lower for stretch in stretches]),
        upper=np.concatenate([stretch.upper for stretch in stretches]),
        is_judged=np.concatenate([stretch.is_judged for stretch in stretches]),
        flags=np.concatenate([stretch.flags for stretch in stretches]),
    )


def _stretch(y: Floats, counts: Floats, sets_shocks_aside: bool) -> ControlLimits:
    """The limits and flags of one stretch between breaks."""
    is_present = ~np.isnan(y)
    if not np.isfinite(_moving_ranges(y)).any():
        nothing = np.full(y.shape, np.nan)
        return ControlLimits(
            nothing, nothing, nothing, np.zeros(y.shape, dtype=bool), np.full(y.shape, "", dtype="<U14")
        )
    usual = _without_shocks(y) if sets_shocks_aside else y
    mean_range = _mean_range(usual)
    centre = float(np.nanmean(usual))
    reach = LIMIT_FACTOR * mean_range
    known = counts[is_present & ~np.isnan(counts)]
    is_judged = is_present & bool(known.size and known.mean() >= FEWEST_EVENTS_A_POINT)

    # A mean carries rounding; a point that equals it, or a limit, must not fall on a side by that.
    least = 1e-9 * max(centre, 1e-300)
    distance = np.where(is_present, y - centre, 0.0)
    # A shock that is set aside is part of no run either.
    side = np.sign(np.where((np.abs(distance) <= least) | np.isnan(usual), 0.0, distance))
    is_outside = np.abs(distance) > reach + least
    is_in_outer_third = ~is_outside & (np.abs(distance) > reach * 2 / 3 + least)

    rules = {
        "outside_limits": is_outside,
        "trend": _is_in_trend(usual),
        "two_of_three": _is_two_of_three(is_in_outer_third, side),
        "one_side": _is_in_run(side),
    }
    flags = np.select([met & is_judged for met in rules.values()], list(rules), default="").astype("<U14")
    return ControlLimits(
        centre=np.full(y.shape, centre),
        lower=np.full(y.shape, max(centre - reach, 0.0)),
        upper=np.full(y.shape, centre + reach),
        is_judged=is_judged,
        flags=flags,
    )


def _moving_ranges(y: Floats) -> Floats:
    # A missing point leaves two gaps: its neighbours are not neighbours of each other.
    return np.asarray(np.abs(np.diff(y)))


def _mean_range(y: Floats) -> float:
    """The mean moving range without shocks; 0 where there is none."""
    ranges = _moving_ranges(y)
    ranges = ranges[~np.isnan(ranges)]
    screened = ranges[ranges < SCREEN_FACTOR * ranges.mean()] if ranges.size else ranges
    # A flat series has no range below a multiple of its mean range, 0.
    return float(screened.mean()) if screened.size else 0.0


def _without_shocks(y: Floats) -> Floats:
    """The series with its shocks missing; a level that lasts is none."""
    away = np.nan_to_num(y - np.nanmedian(y))
    is_far = np.abs(away) > LIMIT_FACTOR * _mean_range(y)
    is_shock = is_far & ~_is_in_run(np.where(is_far, np.sign(away), 0.0))
    rest = np.where(is_shock, np.nan, y)
    return rest if np.isfinite(_moving_ranges(rest)).any() else y


def _is_in_trend(y: Floats) -> Booleans:
    """Whether each point belongs to 7 successive points that rise, or fall, at every step."""
    if y.size < RUN_LENGTH:
        return np.zeros(y.shape, dtype=bool)
    steps = sliding_window_view(np.diff(y), RUN_LENGTH - 1)
    return _spread(np.all(steps > 0, axis=1) | np.all(steps < 0, axis=1), RUN_LENGTH)


def _is_in_run(side: Floats) -> Booleans:
    """Whether each point belongs to 7 successive points on one side of the mean."""
    if side.size < RUN_LENGTH:
        return np.zeros(side.shape, dtype=bool)
    return _spread(np.abs(sliding_window_view(side, RUN_LENGTH).sum(axis=1)) == RUN_LENGTH, RUN_LENGTH)


def _is_two_of_three(is_in_outer_third: Booleans, side: Floats) -> Booleans:
    """Whether each point is one of two in the outer third among three successive points on one side."""
    if side.size < 3:
        return np.zeros(side.shape, dtype=bool)
    is_met = (np.abs(sliding_window_view(side, 3).sum(axis=1)) == 3) & (
        sliding_window_view(is_in_outer_third, 3).sum(axis=1) >= 2
    )
    return _spread(is_met, 3) & is_in_outer_third


def _spread(window_starts: Booleans, length: int) -> Booleans:
    """Whether each point lies in a window of `length` points that starts where `window_starts` is true."""
    return np.convolve(window_starts, np.ones(length, dtype=int)) > 0
