"""The claim that a third of recorded violence is domestic, for violence against the person and for no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import (
    REPORTED,
    SUPPRESSED,
    ClaimRules,
    Judgement,
    Measure,
    figures_of,
    in_words,
    status_of,
    years_of,
)
from pipeline.statistics.intervals import share_with_limits

CLAIM = "a_third_is_domestic"


def judge_third(values: pd.DataFrame, rules: ClaimRules) -> list[Judgement]:
    """A verdict for every financial year, and the shares of other offences, which the claim is not about."""
    (share,) = rules.measures_of(CLAIM, "share")
    (whole,) = rules.measures_of(CLAIM, "whole")
    (unknown,) = rules.measures_of(CLAIM, "unknown")
    judgements = []
    for start, end in years_of(figures_of(values, share, "vru", "financial_year")):
        year = values[values["period_start"] == start]
        judgements.append(_judge_year(year, (share, whole, unknown), start, end, rules.thresholds))
        judgements += [
            _tell_other(year, measure, start, end)
            for measure in rules.measures_of(CLAIM, "other_denominator")
        ]
    return judgements


def judge_share(
    share: float, lower: float, upper: float, bounds: tuple[float, float], thresholds: dict[str, float]
) -> str:
    """The word for a share (per cent) with its limits and its bounds under the unknown flags.

    Higher or lower only where limits and bounds all lie on that side of the band. About a third where the
    share lies within, and neither limits nor bounds leave it by more than the least difference that matters.
    """
    band_lower, band_upper = thresholds["band_lower"], thresholds["band_upper"]
    lowest, highest = min(lower, bounds[0]), max(upper, bounds[1])
    if lowest > band_upper:
        return "higher"
    if highest < band_lower:
        return "lower"
    slack = thresholds["least_difference"]
    is_near = band_lower - slack <= lowest and highest <= band_upper + slack
    return "about_a_third" if is_near and band_lower <= share <= band_upper else "cannot_be_told"


def _judge_year(
    year: pd.DataFrame,
    measures: tuple[Measure, Measure, Measure],
    start: pd.Timestamp,
    end: pd.Timestamp,
    thresholds: dict[str, float],
) -> Judgement:
    rows = [figures_of(year, measure, "vru", "financial_year") for measure in measures]
    status = status_of(*rows)
    # Without its bounds the share would be judged as if every flag were known.
    if status == REPORTED and rows[0][["lowest", "highest"]].isna().any(axis=None):
        status = SUPPRESSED
    if status != REPORTED:
        return Judgement("a_third", start, end, status, "domestic_share", measures=measures)
    domestic, known = (float(rows[0][column].iloc[0]) for column in ("numerator", "denominator"))
    total, unknown = (float(frame["numerator"].iloc[0]) for frame in rows[1:])
    wilson = share_with_limits(domestic, known)
    bounds = float(rows[0]["lowest"].iloc[0]), float(rows[0]["highest"].iloc[0])
    share, lower, upper = (float(part) for part in (wilson.value, wilson.lower, wilson.upper))
    return Judgement(
        "a_third",
        start,
        end,
        judge_share(share, lower, upper, bounds, thresholds),
        "domestic_share",
        share,
        lower,
        upper,
        area_count=1,
        slots={
            **_share_words(domestic, known, share, lower, upper),
            "bound_lower": in_words(bounds[0], 1),
            "bound_upper": in_words(bounds[1], 1),
            "band_lower": in_words(thresholds["band_lower"], 0),
            "band_upper": in_words(thresholds["band_upper"], 0),
            "slack": in_words(thresholds["least_difference"], 0),
        },
        numbers={"bound_lower": bounds[0], "bound_upper": bounds[1], "domestic": domestic, "known": known,
                 "unknown": unknown, "total": total},
        measures=measures,
    )  # fmt: skip


def _tell_other(year: pd.DataFrame, measure: Measure, start: pd.Timestamp, end: pd.Timestamp) -> Judgement:
    """The domestic share of offences that the claim is not about, from its own row or from its splits."""
    part = f"other_denominator:{measure.breakdown_value or measure.indicator_id}"
    # Without a split of its own the measure is a rate: its domestic and other offences make the share.
    splits = (measure.split,) if measure.split else ("domestic", "non_domestic")
    measures = tuple(replace(measure, split=split) for split in splits)
    rows = [figures_of(year, each, "vru", "financial_year") for each in measures]
    status = status_of(*rows)
    counts = [float(frame["numerator"].iloc[0]) for frame in rows] if status == REPORTED else [np.nan]
    domestic = counts[0]
    known = sum(counts) if len(counts) > 1 else _denominator(rows[0], status)
    if status == REPORTED and known == 0:
        status = "not_available"
    if status != REPORTED:
        words = {"label": measure.label}
        return Judgement(part, start, end, status, "domestic_share", slots=words, measures=measures)
    wilson = share_with_limits(domestic, known)
    share, lower, upper = (float(each) for each in (wilson.value, wilson.lower, wilson.upper))
    return Judgement(
        part,
        start,
        end,
        "not_the_claim",
        "domestic_share",
        share,
        lower,
        upper,
        area_count=1,
        slots={"label": measure.label, **_share_words(domestic, known, share, lower, upper)},
        numbers={"domestic": domestic, "known": known},
        measures=measures,
    )


def _denominator(rows: pd.DataFrame, status: str) -> float:
    return float(rows["denominator"].iloc[0]) if status == REPORTED else np.nan


def _share_words(events: float, total: float, share: float, lower: float, upper: float) -> dict[str, str]:
    return {
        "numerator": in_words(events, 0),
        "denominator": in_words(total, 0),
        "value": in_words(share, 1),
        "lower95": in_words(lower, 1),
        "upper95": in_words(upper, 1),
    }
