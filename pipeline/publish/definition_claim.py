"""The claim that domestic abuse is missing from the definition: what the area's own leaves out of a broad one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.publish.claim_rows import (
    NOT_AVAILABLE,
    REPORTED,
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

CLAIM = "missing_from_definition"
BROAD_LENS = "broad_da_sv_vawg"
IF_UNKNOWN = (
    " Of {} more nobody can tell whether they are domestic abuse that it counts, for want of a flag: were they all, "
    "and none of them left out, it would still be {}%."
)
NO_OFFENCE = "The broad definition counts no domestic abuse offence."


def judge_definition(values: pd.DataFrame, rules: ClaimRules) -> list[Judgement]:
    """A verdict for every financial year in which the broad definition is asked for.

    What is left out is counted offence by offence, so that neither definition need lie inside the other. A verdict
    holds whatever the flags would say of what may be domestic in the broad definition.
    """
    measures = tuple(
        replace(measure, lens_id=BROAD_LENS)
        for role in ("left_out", "domestic", "unknown")
        for measure in rules.measures_of(CLAIM, role)
    )
    figures = [figures_of(values, measure, "vru") for measure in measures]
    # Where nothing is flagged the splits may have no row: the definition itself says which years there are.
    whole = [figures_of(values, replace(measure, split="all"), "vru") for measure in measures]
    asked = pd.concat([*figures, *whole])
    return [
        _judge_year([rows[rows["period_start"] == days[0]] for rows in figures], measures, days)
        for days in periods_of(asked)
    ]


def _judge_year(
    rows: list[pd.DataFrame], measures: tuple[Measure, ...], days: tuple[pd.Timestamp, pd.Timestamp]
) -> Judgement:
    status = status_of(*rows)
    if status != REPORTED:
        return Judgement(
            CLAIM, *days, status, "share_left_out", slots={"reason": reason_of(*rows)}, measures=measures
        )
    left_out, total, unknown = (float(frame["numerator"].iloc[0]) for frame in rows)
    if total == 0:
        return Judgement(
            CLAIM, *days, NOT_AVAILABLE, "share_left_out", slots={"reason": NO_OFFENCE}, measures=measures
        )
    share = share_with_limits(left_out, total)
    value, lower, upper = (float(part) for part in (share.value, share.lower, share.upper))
    # All that may be domestic is, and none of it is left out.
    least = share_with_limits(left_out, total + unknown)
    return Judgement(
        CLAIM,
        *days,
        _judge(left_out, float(least.lower), unknown),
        "share_left_out",
        value,
        lower,
        upper,
        slots={
            **share_words(left_out, total, value, lower, upper),
            "unknown": in_words(unknown, 0),
            "if_unknown": IF_UNKNOWN.format(in_words(unknown, 0), in_words(float(least.value), 1))
            if unknown
            else "",
        },
        numbers={
            "left_out": left_out,
            "broad_domestic": total,
            "unknown": unknown,
            "bound_lower": float(least.value),
        },
        measures=measures,
    )


def _judge(left_out: float, lower_share: float, unknown: float) -> str:
    """What is certain whatever the unknown flags are; `lower_share` is the limit of the least that it can be."""
    if left_out == 0:
        return "cannot_be_told" if unknown else "leaves_out_none"
    return "leaves_out_most" if lower_share > 50 else "leaves_out_some"
