"""The claim that domestic abuse does not vary between areas, taken apart: each part has a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipeline.publish.claim_rows import REPORTED, SUPPRESSED, ClaimRules, Judgement, figures_of, periods_of
from pipeline.publish.claim_words import year_count
from pipeline.publish.variation_districts import Period, name_flags
from pipeline.publish.variation_level import partition
from pipeline.publish.variation_ratio import compare_with_others
from pipeline.publish.variation_recording import judge_recording, tell_context
from pipeline.publish.variation_size import judge_evenness, judge_literally, measure_size
from pipeline.publish.variation_summary import judge_absolutely, sum_up

CLAIM = "no_regional_variation"
# The domain reference, 9.4: the latest three years pooled and each year.
POOLED_YEARS = 3


def judge_variation(
    values: pd.DataFrame,
    rules: ClaimRules,
    *,
    area_name: str,
    forces: pd.Series,
    flag_audit: pd.DataFrame,
) -> list[Judgement]:
    """The verdicts on the claim: for every financial year that is known, and for the latest three together.

    A year of which nothing is known has those on the literal claim, its size and recording alone. `forces` gives the
    police force of each district, by its code; `flag_audit` is the published table.
    """
    (tested,) = rules.measures_of(CLAIM, "tested")
    figures = figures_of(values, tested, "lad")
    is_known = figures["value_status"].isin([REPORTED, SUPPRESSED])
    known, periods = periods_of(figures[is_known]), periods_of(figures)
    district_count = values.loc[values["area_type"] == "lad", "area_code"].nunique()
    pool = find_pool(known)
    judgements: list[Judgement] = []
    for days in periods:
        year = Period(values, rules, area_name, district_count, tested, *days)
        # The pool stands before the year that it ends with: the latest year is the last word.
        if pool is not None and days == known[-1]:
            judgements += _judge_period(replace(year, start=pool), forces)
        if days in known or days == periods[-1]:
            judgements += _judge_period(year, forces, with_pooled=pool is None)
        else:
            judgements += [judge_literally(year), measure_size(year), judge_recording(year)]
        judgements += tell_context(year, flag_audit)
    return [name_flags(judgement, rules, tested) for judgement in judgements]


def find_pool(years: Sequence[tuple[pd.Timestamp, pd.Timestamp]]) -> pd.Timestamp | None:
    """The first day of the latest POOLED_YEARS years, where all of them follow one another; else None."""
    latest = years[-POOLED_YEARS:]
    is_whole = len(latest) == POOLED_YEARS and year_count(latest[0][0], latest[-1][1]) == POOLED_YEARS
    return latest[0][0] if is_whole else None


def _judge_period(period: Period, forces: pd.Series, *, with_pooled: bool = True) -> list[Judgement]:
    """All verdicts on a year or a pool; what is published for pools alone is left to them with `with_pooled` false."""
    literal, evenness = judge_literally(period), judge_evenness(period)
    relative, comparisons = compare_with_others(period, with_pooled=with_pooled)
    absolute = judge_absolutely(period, literal, evenness)
    recording = judge_recording(period, relative[0])
    return [
        literal,
        measure_size(period),
        recording,
        evenness,
        *relative,
        partition(period, forces),
        absolute,
        sum_up(period, relative[0], comparisons[0], absolute, recording),
    ]
