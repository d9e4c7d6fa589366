"""The districts that have figures of all that a part of the claim of variation needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import (
    NO_FIGURE,
    NOT_AVAILABLE,
    REPORTED,
    SUPPRESSED,
    ClaimRules,
    Judgement,
    Measure,
    figures_of,
    reason_of,
)
from pipeline.publish.claim_words import COUNTS, label_words, year_count
from pipeline.publish.lost_flags import find_lost_flags, flag_measures
from pipeline.statistics.intervals import Floats

KNOWN = (REPORTED, SUPPRESSED)
FLAGGED_SPLITS = ("domestic", "non_domestic")
FLAGS_MISSING = "Too many domestic abuse flags are unknown in {} of its districts."
NO_EVENT = "None was recorded in any district."


@dataclass(frozen=True, eq=False)
class Period:
    """The published figures, the measure that the claim is of, and the years that are asked about.

    `district_count` is how many districts the area has, whether or not they are shown.
    """

    values: pd.DataFrame
    rules: ClaimRules
    area_name: str
    district_count: int
    tested: Measure
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def days(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Its first and last day."""
        return self.start, self.end

    def pooled_for(self, measure: Measure) -> Period:
        """The years that end with this period for which a pooled measure has figures; itself where it has none."""
        ends = figures_of(self.values, measure, "lad")
        days = ends.loc[ends["period_end"] == self.end, "period_start"]
        return replace(self, start=days.min()) if len(days) else self


@dataclass(frozen=True, eq=False)
class Districts:
    """The districts that have a figure of each measure asked for: a row a measure, a column a district.

    `unflagged` were left out for want of flags. Where `status` is not `reported` there are none, and `reason` says why.
    """

    status: str
    reason: str
    codes: list[str]
    events: Floats
    population: Floats
    unflagged: int = 0


def find_districts(period: Period, measures: tuple[Measure, ...], fewest: int) -> Districts:
    """The districts with figures for the whole period, those of single years added up over a pool of years.

    Where a measure rests on the flag, a district is left out that lacks more than `most_unknown_flags` of them in a
    year. `suppressed` where too many are hidden, `not_available` under `fewest` districts or without any event.
    """
    frames = [_rows_of(period, measure) for measure in measures]
    unflagged = _without_flags(period) if _rests_on_flag(measures, period.tested) else set()
    frames = [frame[~frame["area_code"].isin(unflagged)] for frame in frames]
    shown = [
        _shown_throughout(frame, period, measure) for frame, measure in zip(frames, measures, strict=True)
    ]
    unknown = [frame for frame in frames if len(frame) and not frame["value_status"].isin(KNOWN).any()]
    if unknown:
        return _without(NOT_AVAILABLE, reason_of(*unknown, otherwise=NO_FIGURE))
    codes = sorted(set.intersection(*(set(frame.index) for frame in shown)))
    hidden = {
        code for frame in frames for code in frame.loc[frame["value_status"] == SUPPRESSED, "area_code"]
    }
    if hidden and len(codes) < period.rules.thresholds["least_known_share"] * len(set(codes) | hidden):
        return _without(SUPPRESSED, "")
    if len(codes) < fewest and unflagged:
        return _without(NOT_AVAILABLE, FLAGS_MISSING.format(len(unflagged)))
    if len(codes) < fewest:
        has_rows = all(len(frame) for frame in frames)
        reason = reason_of(*frames, otherwise=f"Fewer than {COUNTS[fewest]} districts have figures.")
        return _without(NOT_AVAILABLE, reason if has_rows else NO_FIGURE)
    events, population = (
        np.array([frame[column].reindex(codes).to_numpy(float) for frame in shown])
        for column in ("numerator", "denominator")
    )
    if (events.sum(axis=1) == 0).any():
        return _without(NOT_AVAILABLE, NO_EVENT)
    return Districts(REPORTED, "", codes, events, population, len(unflagged))


def without_figures(
    period: Period, part: str, statistic: str, found: Districts, measures: tuple[Measure, ...], **words: str
) -> Judgement:
    """The judgement of a part that has no figures to go by."""
    return Judgement(
        part, *period.days, found.status, statistic, area_count=0, area_type="lad",
        slots={**label_words(period.tested.label), "reason": found.reason, **words}, measures=measures,
    )  # fmt: skip


def name_flags(judgement: Judgement, rules: ClaimRules, tested: Measure) -> Judgement:
    """The judgement, its measures with those by which a district without its flags is left out, where one would be."""
    if not _rests_on_flag(judgement.measures, tested):
        return judgement
    more = [measure for measure in flag_measures(rules) if measure not in judgement.measures]
    return replace(judgement, measures=(*judgement.measures, *more))


def _rests_on_flag(measures: tuple[Measure, ...], tested: Measure) -> bool:
    return any(measure == tested or measure.split in FLAGGED_SPLITS for measure in measures)


def _rows_of(period: Period, measure: Measure) -> pd.DataFrame:
    rows = figures_of(period.values, measure, "lad")
    return rows[(rows["period_start"] >= period.start) & (rows["period_end"] <= period.end)]


def _without_flags(period: Period) -> set[str]:
    """The districts of which too many flags are unknown in a year, where both counts are told."""
    lost = find_lost_flags(period.values, period.rules)
    return set(
        lost.loc[(lost["period_start"] >= period.start) & (lost["period_end"] <= period.end), "area_code"]
    )


def _shown_throughout(rows: pd.DataFrame, period: Period, measure: Measure) -> pd.DataFrame:
    """The sums of the districts that are shown in every year of the period, by code."""
    wanted = year_count(*period.days) if measure.period_type == "financial_year" else 1
    shown = rows[rows["value_status"] == REPORTED].groupby("area_code")
    is_whole = shown.size() == wanted
    return shown[["numerator", "denominator"]].sum()[is_whole]


def _without(status: str, reason: str) -> Districts:
    nothing = np.empty((0, 0))
    return Districts(status, reason, [], nothing, nothing)
