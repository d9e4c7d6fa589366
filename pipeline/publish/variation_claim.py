"""The claim that domestic abuse does not vary between areas, taken apart: each part has a file of its own."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.claim_rows import REPORTED, SUPPRESSED, ClaimRules, Judgement, figures_of, periods_of
from pipeline.publish.variation_districts import Period
from pipeline.publish.variation_level import partition
from pipeline.publish.variation_ratio import compare_with_others
from pipeline.publish.variation_recording import judge_recording, tell_context
from pipeline.publish.variation_size import judge_evenness, judge_literally, measure_size
from pipeline.publish.variation_summary import judge_absolutely, sum_up

CLAIM = "no_regional_variation"


def judge_variation(
    values: pd.DataFrame,
    rules: ClaimRules,
    *,
    area_name: str,
    forces: pd.Series,
    flag_audit: pd.DataFrame,
) -> list[Judgement]:
    """The verdicts on the claim: literal, size and recording for every financial year, the others for the latest.

    `forces` gives the police force of each district, by its code; `flag_audit` is the published table.
    """
    (tested,) = rules.measures_of(CLAIM, "tested")
    figures = figures_of(values, tested, "lad")
    is_known = figures["value_status"].isin([REPORTED, SUPPRESSED])
    known, periods = periods_of(figures[is_known]), periods_of(figures)
    district_count = values.loc[values["area_type"] == "lad", "area_code"].nunique()
    judgements: list[Judgement] = []
    for start, end in periods:
        period = Period(values, rules, area_name, district_count, tested, start, end)
        literal = judge_literally(period)
        judgements += [
            literal,
            measure_size(period),
            judge_recording(period),
            *tell_context(period, flag_audit),
        ]
        if (start, end) == (known or periods)[-1]:
            evenness, (relative, comparisons) = judge_evenness(period), compare_with_others(period)
            absolute = judge_absolutely(period, literal, evenness)
            summary = sum_up(period, relative[0], comparisons[0], absolute)
            judgements += [evenness, *relative, partition(period, forces), absolute, summary]
    return judgements
