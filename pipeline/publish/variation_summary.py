"""What the parts of the claim of variation come to: the statement as it is spoken, and one sentence on it all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.publish.claim_rows import NOT_AVAILABLE, SUPPRESSED, Judgement, tell
from pipeline.publish.claim_words import label_words
from pipeline.publish.variation_districts import Period
from pipeline.publish.variation_size import factor_of
from pipeline.statistics.comparison import PRACTICALLY_EVEN, SpreadComparison
from pipeline.statistics.intervals import Estimate

CLAIM = "no_regional_variation"
# What is said of unknown flags where the comparison says the same, where it does not, and where that is not known.
SAME = " With every unknown flag counted as domestic the comparison says the same."
UNCHECKED = " Whether unknown flags could change the comparison cannot be told."
UNEVEN = " How even rates are depends on how unknown flags are counted."


def judge_absolutely(period: Period, literal: Judgement, evenness: Judgement) -> Judgement:
    """What the literal test and that of evenness make of the statement as it is spoken."""
    if literal.verdict in (SUPPRESSED, NOT_AVAILABLE):
        verdict = literal.verdict
    elif evenness.verdict == PRACTICALLY_EVEN:
        verdict = "supported_in_practice"
    else:
        verdict = "not_supported" if literal.verdict == "differs" else "not_settled"
    return replace(
        literal, part="absolute", verdict=verdict, numbers={"margin": period.rules.thresholds["margin"]}
    )


def sum_up(
    period: Period,
    first: Judgement,
    compared: SpreadComparison | None,
    absolute: Judgement,
    recording: Judgement,
) -> Judgement:
    """The verdict on the first comparator, with the one on the statement as it is spoken in its sentence.

    It says whether unknown flags could change it; where they could, that is the verdict.
    """
    spoken, _ = tell(CLAIM, absolute, period.rules, period.area_name, period.district_count)
    words = {
        **first.slots, **label_words(period.tested.label), "absolute": spoken,
        "unknown_flags": _tell_flags(recording),
    }  # fmt: skip
    numbers = dict(first.numbers)
    if compared is not None and np.isfinite(compared.spread[:2]).all():
        limits = np.stack([compared.spread, compared.spread_lower, compared.spread_upper])
        tested, comparator = (factor_of(Estimate(*limits[:, place])) for place in (0, 1))
        words |= {"factor": tested.words, "comparator_factor": comparator.words}
        # The sentence has no number that its row has not.
        names = ("comparator_factor", "comparator_factor_lower95", "comparator_factor_upper95")
        numbers |= dict(zip(names, (comparator.value, comparator.lower, comparator.upper), strict=True))
    is_turned = recording.numbers.get("is_same_beside") == 0
    verdict = "depends_on_recording" if is_turned else first.verdict
    return replace(first, part="overall", verdict=verdict, slots=words, numbers=numbers)


def _tell_flags(recording: Judgement) -> str:
    compared = SAME if recording.numbers.get("is_same_beside") == 1 else UNCHECKED
    return compared + (UNEVEN if recording.numbers.get("is_even_so") == 0 else "")
