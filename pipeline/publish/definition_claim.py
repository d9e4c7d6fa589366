"""The claim that domestic abuse is missing from the definition: what the area's own leaves out of a broad one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.publish.claim_rows import (
    REPORTED,
    ClaimRules,
    Judgement,
    Measure,
    figures_of,
    in_words,
    status_of,
    years_of,
)
from pipeline.statistics.intervals import share_with_limits

CLAIM = "missing_from_definition"
BROAD_LENS = "broad_da_sv_vawg"


def judge_definition(values: pd.DataFrame, rules: ClaimRules) -> list[Judgement]:
    """A verdict for every financial year in which the broad definition has figures, or that the latest has none.

    What is left out is counted offence by offence, so that neither definition need lie inside the other.
    """
    measures = tuple(
        replace(measure, lens_id=BROAD_LENS)
        for role in ("left_out", "domestic", "unknown")
        for measure in rules.measures_of(CLAIM, role)
    )
    own = values[values["area_type"] == "vru"]
    broad = own[own["indicator_id"] == measures[0].indicator_id]
    # Where nothing is flagged no definition leaves anything out: the latest year of any definition says so.
    years = years_of(broad) or years_of(own[own["indicator_id"] == measures[1].indicator_id])[-1:]
    return [
        _judge_year(values[values["period_start"] == start], measures, start, end) for start, end in years
    ]


def _judge_year(
    year: pd.DataFrame, measures: tuple[Measure, ...], start: pd.Timestamp, end: pd.Timestamp
) -> Judgement:
    rows = [figures_of(year, measure, "vru", "financial_year") for measure in measures]
    status = status_of(*rows)
    if status != REPORTED:
        return Judgement(CLAIM, start, end, status, "share_left_out", measures=measures)
    left_out, total, unknown = (float(frame["numerator"].iloc[0]) for frame in rows)
    share = share_with_limits(left_out, total)
    value, lower, upper = (float(part) for part in (share.value, share.lower, share.upper))
    return Judgement(
        CLAIM,
        start,
        end,
        _judge(left_out, lower),
        "share_left_out",
        value,
        lower,
        upper,
        area_count=1,
        slots={
            "numerator": in_words(left_out, 0),
            "denominator": in_words(total, 0),
            "value": in_words(value, 1),
            "lower95": in_words(lower, 1),
            "upper95": in_words(upper, 1),
            "unknown": in_words(unknown, 0),
        },
        numbers={"left_out": left_out, "broad_domestic": total, "unknown": unknown},
        measures=measures,
    )


def _judge(left_out: float, lower_share: float) -> str:
    if left_out == 0:
        return "leaves_out_none"
    return "leaves_out_most" if lower_share > 50 else "leaves_out_some"
