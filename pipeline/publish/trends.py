"""Whether a published series of years or quarters of the area and its districts rises or falls."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.breaks import RECORDING_RISE, breaks_of, changes_between, left_out_in, level_changes
from pipeline.publish.comparators import COMPARED_KINDS, OWN_AREAS, YEARS
from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.reasons import BLANKS, ESTIMATED, RECORDING, ROUNDED, UNKNOWN_FLAGS
from pipeline.publish.round_apart import round_apart
from pipeline.publish.signals import charted_series
from pipeline.publish.unknown_flags import add_unknown_flags
from pipeline.statistics.intervals import Floats
from pipeline.statistics.trend import RateTrend, ShareTrend, trend_of_rates, trend_of_shares

PERIODS = [*YEARS, "quarter"]
SERIES = ["lens_id", "area_type", "area_code", "split"]
COLUMNS = [
    "indicator_id", *SERIES, "period_type", "first_period", "last_period", "point_count", "value", "lower95",
    "upper95", "measure_of_change", "verdict", "reason",
]  # fmt: skip
LEFT_OUT_WORDS = "Left out: {}."
LEVEL_WORDS = "A level of its own before and after: {}."
RISES_AFTERWARDS = "It rises in the years after them as well."
# From this many on at least one is to be expected by chance.
MANY = 20
TRIED = "One of {} trends told here: one in twenty would rise or fall by chance, and some rest on the same records."
TOO_FEW = "Too few for a trend, which needs 5 periods and one more for each further level and season, and 10 events."
SEE_QUARTERS = "Its quarters have one."
SEE_MONTHS = "Its months are in the control chart."
VERDICTS = {
    "rising": "rising",
    "falling": "falling",
    "unclear": "no_clear_change",
    "too_few": "not_enough_points",
}


def find_trends(
    values: pd.DataFrame, indicators: pd.DataFrame, breaks: pd.DataFrame, rounding: pd.DataFrame
) -> pd.DataFrame:
    """One row a series of years, or of quarters, of rates, ratios or shares: COLUMNS.

    `value` is the ratio of a year's rate to the last, or the change of a share in percentage points a year; quarters
    are compared without their season. A change in counting starts a new level, and so does the end of a left-out period
    (COVID), so that no step is taken for a trend; a period in which counting changed is left out, and so is a left-out
    one. `verdict` is
    rising, falling, no_clear_change, not_enough_points, suppressed (a hidden figure in the series: no number is
    shown), or cannot_be_told where unknown flags, blanks or the rounding of the counts could turn it, and where a rate
    rises over years in which recording improved and not in those after them alone. `rounding` is of `find_rounding`.
    `reason` of one that rises or falls says how many were told: each interval is its own, of 95%.
    """
    regular = values[
        values["period_type"].isin(PERIODS)
        & values["area_type"].isin(OWN_AREAS)
        & (values["breakdown"] == "none")
        & (values["value_status"] != "not_applicable")
    ]
    words = indicators[["indicator_id", "kind", "denominator_kind", "unknown_measure_id"]]
    facts = add_unknown_flags(regular, indicators).merge(rounding, on=CELL, how="left")
    facts = facts.merge(words, on="indicator_id", how="left")
    # How many offences lack the flag is a matter of recording: the flag audit tells it, and no trend.
    facts = facts[facts["split"] != "not_known"]
    found = [
        _of_indicator(rows, breaks_of(breaks, str(name), str(rows["split"].iloc[0]))).assign(
            indicator_id=str(name), period_type=str(period_type)
        )
        # What touches a part by the flag need not touch the whole.
        for (name, period_type, _), rows in facts[facts["kind"].isin(COMPARED_KINDS)].groupby(
            ["indicator_id", "period_type", facts["split"] != "all"], sort=True
        )
    ]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    trends = pd.concat(found, ignore_index=True)[COLUMNS]
    charted = charted_series(values)[["indicator_id", "area_code", "split"]].drop_duplicates()
    return _say_how_many(_point_to_shorter_periods(trends, charted))


def _say_how_many(trends: pd.DataFrame) -> pd.DataFrame:
    """The trends, each that rises or falls with how many there are of which that could have been said (MANY)."""
    is_told = trends["verdict"].isin(VERDICTS.values()) & (trends["verdict"] != VERDICTS["too_few"])
    is_found = is_told & (trends["verdict"] != VERDICTS["unclear"]) & (is_told.sum() >= MANY)
    tried = TRIED.format(f"{is_told.sum():,}")
    return trends.assign(
        reason=trends["reason"].where(~is_found, (trends["reason"] + " " + tried).str.strip())
    )


def _point_to_shorter_periods(trends: pd.DataFrame, charted: pd.DataFrame) -> pd.DataFrame:
    """The trends with, where years are too few, where a reader finds the same series by quarter or by month.

    `charted` has `indicator_id`, `area_code` and `split` of the series that have a control chart.
    """
    key = ["indicator_id", *SERIES]
    is_made = trends["verdict"].isin(["rising", "falling", "no_clear_change", "cannot_be_told"])
    told = trends.loc[is_made & (trends["period_type"] == "quarter"), key]
    is_too_few = trends["verdict"] == "not_enough_points"
    has_quarters = pd.MultiIndex.from_frame(trends[key]).isin(pd.MultiIndex.from_frame(told))
    has_months = (
        pd.MultiIndex.from_frame(trends[charted.columns.tolist()]).isin(pd.MultiIndex.from_frame(charted))
        & (trends["lens_id"] == "").to_numpy()
    )
    pointer = np.select([has_quarters, has_months], [SEE_QUARTERS, SEE_MONTHS], "")
    few = [f"{TOO_FEW} {words}".strip() for words in pointer]
    reasons = [" ".join(filter(None, parts)) for parts in zip(few, trends["reason"], strict=True)]
    return trends.assign(reason=np.where(is_too_few, reasons, trends["reason"]))


def _of_indicator(rows: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The trends of one indicator and kind of period, of the whole or of all parts by the flag."""
    keys = ["indicator_id", "breakdown", "breakdown_value", "split", "period_start", "period_end"]
    periods = rows[keys].drop_duplicates("period_start").sort_values("period_start")
    days = periods, periods["period_start"], periods["period_end"]
    changed, restricted = changes_between(*days, breaks), left_out_in(*days, breaks)
    is_left_out = (changed != "") | (restricted != "")
    table = rows.set_index([*SERIES, "period_start"])
    columns = periods["period_start"]

    def grid(name: str) -> pd.DataFrame:
        return table[name].unstack("period_start").reindex(columns=columns)

    status, numerator, denominator = grid("value_status"), grid("numerator"), grid("denominator")
    is_hidden = ((status == "suppressed").to_numpy() & ~is_left_out).any(axis=1)
    errors = [grid(f"{name}_error").fillna(0).to_numpy() for name in ("numerator", "denominator")]
    n = np.where(is_hidden[:, np.newaxis], np.nan, numerator.to_numpy(float))
    d = denominator.to_numpy(float)
    years = _as_years(columns)
    is_quarter = rows["period_type"].iloc[0] == "quarter"
    seasons = columns.dt.quarter.to_numpy(float) if is_quarter else np.zeros(len(columns))
    levels = level_changes(breaks)
    changes = _as_years(levels["start_date"])
    is_share = rows["kind"].iloc[0] == "share"
    # The most that rounding can tilt a series: all of it down at one end and up at the other.
    turns = (0, -1, 1) if np.any(errors) else (0,)
    tilts = [[turn * error * np.linspace(-1, 1, len(years)) for error in errors] for turn in turns]
    trends = [
        _fit(np.maximum(n + up, 0), d - down, years, seasons, changes, is_left_out, is_share)
        for up, down in tilts
    ]
    plain = trends[0]
    used = status.notna().to_numpy() & ~np.isnan(numerator.to_numpy(float)) & ~is_left_out
    recording, is_before = _recording_rises(periods, breaks, used)
    afterwards = _fit(n, d, years, seasons, changes, is_left_out | is_before, is_share).directions
    is_risen = (recording != "") & (plain.directions == "rising") & (not is_share)
    is_recorded = is_risen & (afterwards != "rising")
    is_turned = np.any([end.directions != plain.directions for end in trends], axis=0)
    unknown, against = (
        np.where(np.isnan(n), 0, grid(name).to_numpy(float)) for name in ("unknown", "against")
    )
    is_outside = rows["denominator_kind"].iloc[0] == "flag_known"
    told = _told_flags(unknown, against, is_outside) if ((unknown != 0) | (against != 0)).any() else []
    flagged = [
        _fit(n + more, d + total, years, seasons, changes, is_left_out, is_share) for more, total in told
    ]
    is_open = np.any([end.directions != plain.directions for end in [plain, *flagged]], axis=0)
    verdict = np.select(
        [is_hidden, is_open | is_turned | is_recorded],
        ["suppressed", "cannot_be_told"],
        [VERDICTS[word] for word in plain.directions],
    )
    open_reason = UNKNOWN_FLAGS if pd.isna(rows["unknown_measure_id"].iloc[0]) else BLANKS
    fitted = _tell_fit([*changed, *restricted], levels, columns[~is_left_out])
    cautions = np.where(is_risen & ~is_recorded, RISES_AFTERWARDS, "")
    is_estimated = used & grid("is_population_estimated").eq(True).to_numpy()
    residents = [
        ESTIMATED.format(f"{count} of its {of} periods") if count else ""
        for count, of in zip(is_estimated.sum(axis=1), used.sum(axis=1), strict=True)
    ]
    opened = np.select([is_open, is_turned], [open_reason, ROUNDED], "")
    why = [
        " ".join(filter(None, words))
        for words in zip(opened, recording, cautions, residents, [fitted] * len(opened), strict=True)
    ]
    decimals, nothing = (2, 0.0) if is_share else (3, 1.0)
    frame = status.index.to_frame(index=False)
    return frame.assign(
        first_period=_edge(used, columns, first=True),
        last_period=_edge(used, columns, first=False),
        point_count=used.sum(axis=1),
        value=round_apart(plain.value, decimals, nothing),
        lower95=round_apart(np.fmin.reduce([end.lower for end in trends]), decimals, nothing),
        upper95=round_apart(np.fmax.reduce([end.upper for end in trends]), decimals, nothing),
        measure_of_change="percentage points a year" if is_share else "ratio a year",
        verdict=verdict,
        reason=np.where(is_hidden, SUPPRESSED, why),
    )


def _recording_rises(
    periods: pd.DataFrame, breaks: pd.DataFrame, used: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """For each series what improved recording while it ran, in a sentence ('' for nothing); and the periods before.

    `used` has a row a series: the periods that it rests on. From the last of the years on in which recording improves
    it stays as it has become.
    """
    found = np.full(len(used), "", dtype=object)
    is_before = np.zeros(used.shape[1], dtype=bool)
    for rise in breaks[breaks["kind"] == RECORDING_RISE].itertuples():
        is_earlier = (periods["period_end"] < rise.end_date).to_numpy()
        is_later = (periods["period_end"] > rise.start_date).to_numpy()
        is_met = (used & is_earlier).any(axis=1) & (used & is_later).sum(axis=1).astype(bool)
        found[is_met] = RECORDING.format(rise.label)
        is_before |= is_earlier
    return found, is_before


def _tell_fit(omissions: list[str], levels: pd.DataFrame, kept: pd.Series) -> str:
    """What is left out of the trends of an indicator, and where they have another level, in a sentence each.

    `omissions` has '' for nothing, `levels` are `level_changes`, `kept` the first days of the periods used.
    """
    left_out = dict.fromkeys(label for label in omissions if label)
    is_crossed = (kept.min() < levels["start_date"]) & (levels["start_date"] <= kept.max())
    crossed = dict.fromkeys(levels.loc[is_crossed, "label"])
    told = {LEFT_OUT_WORDS: left_out, LEVEL_WORDS: crossed}
    return " ".join(words.format("; ".join(labels)) for words, labels in told.items() if labels)


def _told_flags(unknown: Floats, against: Floats, is_outside: bool) -> list[tuple[Floats, Floats]]:
    """What numerators and denominators gain where the unknown flags, or blanks, are told: none, all, and most tilted.

    The most that they can tilt a series: none of them in it at one end, all at the other. `against` is what could
    stand beside a numerator that gains nothing.
    """
    slope = np.linspace(0, 1, unknown.shape[1])
    # A share of known flags becomes one of all records; people, and records with blanks, are as many as they were.
    return [
        (part * unknown, (part * unknown + (1 - part) * against) * is_outside)
        for part in (np.zeros_like(slope), np.ones_like(slope), slope, 1 - slope)
    ]


def _fit(
    n: Floats,
    d: Floats,
    years: Floats,
    seasons: Floats,
    changes: Floats,
    is_left_out: NDArray[np.bool_],
    is_share: bool,
) -> RateTrend | ShareTrend:
    breaks = list(changes)
    if is_share:
        return trend_of_shares(
            np.minimum(n, d), d, years, breaks=breaks, is_left_out=is_left_out, seasons=seasons
        )
    return trend_of_rates(n, d, years, breaks=breaks, is_left_out=is_left_out, seasons=seasons)


def _as_years(days: pd.Series) -> Floats:
    stamps = pd.to_datetime(days)
    return np.asarray(stamps.dt.year + (stamps.dt.day_of_year - 1) / 365.25, dtype=np.float64)


def _edge(used: NDArray[np.bool_], columns: pd.Series, *, first: bool) -> pd.Series:
    """The first or last period that each series rests on; missing where there is none."""
    place = used.argmax(axis=1) if first else used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    return pd.Series(columns.to_numpy()[place]).where(pd.Series(used.any(axis=1)))
