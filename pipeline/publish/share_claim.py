"""The claim that a third of recorded violence is domestic, for violence against the person and for no other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import (
    NOT_AVAILABLE,
    REPORTED,
    SUPPRESSED,
    ClaimRules,
    Judgement,
    Measure,
    figures_of,
    periods_of,
    reason_of,
    status_of,
)
from pipeline.publish.claim_words import in_words, share_words
from pipeline.statistics.intervals import share_with_limits

CLAIM = "a_third_is_domestic"
# The two shares that are told: of all offences, where an unknown flag is not domestic, and of those with a known flag.
FLAGGED, KNOWN_FLAGS = "flagged_share", "domestic_share"
# Those of `share_words`.
PRINTED_DECIMALS = 1
NO_OFFENCE, NONE_RECORDED = "None was recorded with a known flag.", "None was recorded."
# What each verdict says of a share, inside a sentence.
SAID = {
    "higher": "more than a third",
    "lower": "less than a third",
    "about_a_third": "about a third",
    "cannot_be_told": "too near the edge to tell",
}
# Why a verdict cannot be told, after its colon.
TURNED = (
    "{unknown} have no flag, and they could make it anything from {value}%, {if_not}, if none of them is domestic, to "
    "{bound_upper}%, {if_domestic}, if all are"
)
NEAR = "the interval reaches over the edge of about a third, and would at {bound_upper}%, every unknown flag domestic"

# Of a share of all offences, before its full stop.
MOST = "; with every unknown flag domestic it would be {}%"
FEW_UNKNOWN = "; how many have no flag is too few to report"


def judge_third(values: pd.DataFrame, rules: ClaimRules) -> list[Judgement]:
    """A verdict for every financial year, and the shares of other offences, which the claim is not about."""
    (share,) = rules.measures_of(CLAIM, "share")
    (whole,) = rules.measures_of(CLAIM, "whole")
    (unknown,) = rules.measures_of(CLAIM, "unknown")
    judgements = [
        _judge_period(values, (share, whole, unknown), days, rules.thresholds)
        for days in periods_of(figures_of(values, share, "vru"))
    ]
    judgements += [
        _tell_other(values, measure, days)
        for measure in rules.measures_of(CLAIM, "other_denominator")
        for days in periods_of(figures_of(values, measure, "vru"))
    ]
    judgements += [
        _tell_of_all(values, measure, days)
        for measure in rules.measures_of(CLAIM, "other_of_all")
        for days in periods_of(figures_of(values, measure, "vru"))
    ]
    return sorted(judgements, key=lambda each: each.period_end)


def judge_share(share: float, lower: float, upper: float, thresholds: dict[str, float]) -> str:
    """The word for a share of all offences (per cent) with its limits, each as the sentence prints it.

    Higher or lower only where the limits lie on that side of the band. About a third where the share lies within, and
    the limits leave it by no more than the least difference that matters.
    """
    # What reads the same is judged the same.
    share, lower, upper = (round(number, PRINTED_DECIMALS) for number in (share, lower, upper))
    band_lower, band_upper = thresholds["band_lower"], thresholds["band_upper"]
    if lower > band_upper:
        return "higher"
    if upper < band_lower:
        return "lower"
    slack = thresholds["least_difference"]
    is_near = band_lower - slack <= lower and upper <= band_upper + slack
    return "about_a_third" if is_near and band_lower <= share <= band_upper else "cannot_be_told"


def _judge_period(
    values: pd.DataFrame,
    measures: tuple[Measure, Measure, Measure],
    days: tuple[pd.Timestamp, pd.Timestamp],
    thresholds: dict[str, float],
) -> Judgement:
    """The verdict that holds whatever the unknown flags are; else it cannot be told.

    The share is what is flagged of all offences, as national figures have it; it could be as much as if every unknown
    flag were domestic.
    """
    rows = [_in_period(values, measure, days) for measure in measures]
    status = _status_with_bounds(*rows)
    if status != REPORTED:
        return Judgement(
            "a_third", *days, status, FLAGGED, slots={"reason": reason_of(*rows)}, measures=measures
        )
    known_share, *_, known_words, numbers = _share_of(rows[0], bound_decimals=1)
    total, unknown = (float(frame["numerator"].iloc[0]) for frame in rows[1:])
    domestic = numbers["domestic"]
    flagged, most = (_limits_of(count, total) for count in (domestic, domestic + unknown))
    if_not, if_domestic = (judge_share(*limits, thresholds) for limits in (flagged, most))
    slots = {
        **share_words(domestic, total, *flagged),
        "known": known_words["denominator"],
        "known_share": known_words["value"],
        "bound_upper": known_words["bound_upper"],
    }
    why = (NEAR if if_not == if_domestic else TURNED).format(
        **slots, unknown=in_words(unknown, 0), if_not=SAID[if_not], if_domestic=SAID[if_domestic]
    )
    return Judgement(
        "a_third",
        *days,
        if_not if if_not == if_domestic else "cannot_be_told",
        FLAGGED,
        *flagged,
        area_count=1,
        slots={
            **slots,
            "why": why,
            "band_lower": in_words(thresholds["band_lower"], 0),
            "band_upper": in_words(thresholds["band_upper"], 0),
            "least_difference": in_words(thresholds["least_difference"], 0),
        },
        numbers={**numbers, "known_share": known_share, "unknown": unknown, "total": total},
        measures=measures,
    )


def _limits_of(events: float, total: float) -> tuple[float, float, float]:
    """A share with its limits, per cent; a count rounded apart from its whole can be a little more."""
    wilson = share_with_limits(min(events, total), total)
    return float(wilson.value), float(wilson.lower), float(wilson.upper)


def _tell_other(values: pd.DataFrame, measure: Measure, days: tuple[pd.Timestamp, pd.Timestamp]) -> Judgement:
    """The domestic share of offences that the claim is not about."""
    part = f"other_denominator:{measure.indicator_id}"
    rows = _in_period(values, measure, days)
    status, reason = _status_with_bounds(rows), reason_of(rows)
    if status == REPORTED and rows["denominator"].iloc[0] == 0:
        status, reason = NOT_AVAILABLE, NO_OFFENCE
    if status != REPORTED:
        words = {"label": measure.label, "reason": reason}
        return Judgement(part, *days, status, KNOWN_FLAGS, slots=words, measures=(measure,))
    share, lower, upper, slots, numbers = _share_of(rows, bound_decimals=0)
    return Judgement(
        part,
        *days,
        "not_the_claim",
        KNOWN_FLAGS,
        share,
        lower,
        upper,
        slots={"label": measure.label, **slots},
        numbers=numbers,
        measures=(measure,),
    )


def _tell_of_all(
    values: pd.DataFrame, measure: Measure, days: tuple[pd.Timestamp, pd.Timestamp]
) -> Judgement:
    """What is flagged of all offences that the claim is not about, where too few have no flag to tell of them."""
    part = f"other_of_all:{measure.indicator_id}"
    rows = _in_period(values, measure, days)
    status, reason = status_of(rows), reason_of(rows)
    if status == REPORTED and rows["denominator"].iloc[0] == 0:
        status, reason = NOT_AVAILABLE, NONE_RECORDED
    if status != REPORTED:
        words = {"label": measure.label, "reason": reason}
        return Judgement(part, *days, status, FLAGGED, slots=words, measures=(measure,))
    domestic, total, highest = (
        float(rows[column].iloc[0]) for column in ("numerator", "denominator", "highest")
    )
    limits = _limits_of(domestic, total)
    most = FEW_UNKNOWN if np.isnan(highest) else MOST.format(in_words(highest, 0))
    slots = {"label": measure.label, **share_words(domestic, total, *limits), "if_domestic": most}
    numbers = {"domestic": domestic, "total": total, "bound_upper": highest}
    return Judgement(
        part,
        *days,
        "not_the_claim",
        FLAGGED,
        *limits,
        slots=slots,
        numbers=numbers,
        measures=(measure,),
    )


def _in_period(
    values: pd.DataFrame, measure: Measure, days: tuple[pd.Timestamp, pd.Timestamp]
) -> pd.DataFrame:
    rows = figures_of(values, measure, "vru")
    return rows[(rows["period_start"] == days[0]) & (rows["period_end"] == days[1])]


def _status_with_bounds(share: pd.DataFrame, *others: pd.DataFrame) -> str:
    status = status_of(share, *others)
    # Without its bounds a share would be told as if every flag were known.
    has_bounds = not share[["lowest", "highest"]].isna().any(axis=None)
    return SUPPRESSED if status == REPORTED and not has_bounds else status


def _share_of(
    rows: pd.DataFrame, bound_decimals: int
) -> tuple[float, float, float, dict[str, str], dict[str, float]]:
    """The share with its limits (per cent), their words, and the numbers behind them."""
    domestic, known, lowest, highest = (
        float(rows[column].iloc[0]) for column in ("numerator", "denominator", "lowest", "highest")
    )
    share, lower, upper = _limits_of(domestic, known)
    slots = {
        **share_words(domestic, known, share, lower, upper),
        "bound_lower": in_words(lowest, bound_decimals),
        "bound_upper": in_words(highest, bound_decimals),
    }
    numbers = {"bound_lower": lowest, "bound_upper": highest, "domestic": domestic, "known": known}
    return share, lower, upper, slots, numbers
