"""Whether the finding on variation rests on how domestic abuse is recorded, and what else is known of recording."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import NOT_AVAILABLE, REPORTED, SUPPRESSED, Judgement, Measure
from pipeline.publish.claim_words import in_words, interval_in_words, label_words
from pipeline.publish.lost_flags import CLAIM
from pipeline.publish.variation_districts import Period, find_districts, without_figures
from pipeline.publish.variation_size import FEWEST, SEED, STATISTIC, evenness_of, factor_of
from pipeline.statistics.comparison import CANNOT_SETTLE, SETTLED, compare_spreads, judge_ratio
from pipeline.statistics.intervals import share_with_limits
from pipeline.statistics.poisson_lognormal import spread_with_limits

# Figures that owe nothing to the police flag: each role is a part with words of its own.
BESIDE = ("recording_survey", "recording_emergency", "other_record")
AUDITED = "violence"
# Of none, one and more districts, after a full stop.
LEFT_OUT = (
    "",
    " One district is left out of all that is said of domestic abuse: in a year more than {most}% of its flags are "
    "unknown.",
    " {count} districts are left out of all that is said of domestic abuse: in a year more than {most}% of their flags "
    "are unknown.",
)
NO_AUDIT = "No police records with relationship, place and repeat victims were delivered."
# By whether it is so.
SAME = {True: "both say the same", False: "they do not say the same"}
BESIDE_WORDS = (
    ". Beside {comparator} {same}: its spread was {if_domestic} times that of {comparator} with every unknown flag "
    "domestic, and {if_not} with none"
)
UNTOLD = ". Whether it would be the same beside {comparator} cannot be told"


@dataclass(frozen=True)
class _Beside:
    """Whether a comparison says the same whatever the unknown flags are (None: not asked, or not to be told)."""

    is_same: bool | None = None
    words: str = ""
    numbers: dict[str, float] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()


def judge_recording(period: Period, first: Judgement | None = None) -> Judgement:
    """What is tested with every unknown flag counted as not domestic, and as domestic: its evenness, and its spread
    beside the first comparator's, where `first` is a verdict on that. The finding holds where no verdict changes.
    """
    (unknown,) = period.rules.measures_of(CLAIM, "flag_not_known")
    measures, words = (period.tested, unknown), label_words(period.tested.label)
    found = find_districts(period, measures, FEWEST)
    if found.status != REPORTED:
        return without_figures(period, "recording", STATISTIC, found, measures, **words)
    people, area_count = found.population[0], len(found.codes)
    if_not = factor_of(spread_with_limits(found.events[0], people))
    if_domestic = factor_of(spread_with_limits(found.events.sum(axis=0), people))
    verdicts = {evenness_of(factor, area_count, period.rules) for factor in (if_not, if_domestic)}
    is_settled = CANNOT_SETTLE not in verdicts
    is_compared = is_settled and first is not None and first.verdict in SETTLED
    beside = _compare_both_ways(period, unknown, first) if is_compared and first is not None else _Beside()
    is_even_so = len(verdicts) == 1
    verdict = CANNOT_SETTLE
    if is_settled:
        verdict = "holds" if is_even_so and beside.is_same is not False else "depends_on_recording"
    return Judgement(
        "recording", *period.days, verdict, STATISTIC, *if_not.limits, area_count=area_count, area_type="lad",
        slots={
            **words, "factor_if_domestic": if_domestic.words, "factor_if_not": if_not.words,
            "same": SAME[is_even_so], "beside": beside.words,
            "left_out": LEFT_OUT[min(found.unflagged, 2)].format(
                count=found.unflagged, most=in_words(100 * period.rules.thresholds["most_unknown_flags"], 0)
            ),
        },
        numbers={
            "unflagged_districts": float(found.unflagged),
            **{
                f"if_domestic_{name}": number
                for name, number in zip(("value", "lower95", "upper95"), if_domestic.limits, strict=True)
            },
            "is_even_so": float(is_even_so),
            **beside.numbers,
        },
        measures=(*measures, *beside.measures),
    )  # fmt: skip


def _compare_both_ways(period: Period, unknown: Measure, first: Judgement) -> _Beside:
    """The spread beside the first comparator's with no unknown flag domestic, and with every one, at its confidence."""
    comparator = period.rules.measures_of(CLAIM, "comparator")[0]
    found = find_districts(period, (period.tested, unknown, comparator), FEWEST)
    untold = _Beside(words=UNTOLD.format(comparator=comparator.label))
    if found.status != REPORTED:
        return untold
    people, fewest = found.population[[0, 2]], int(period.rules.thresholds["fewest_areas"])
    both = [
        compare_spreads(np.stack([events, found.events[2]]), people, seed=SEED)
        for events in (found.events[0], found.events[:2].sum(axis=0))
    ]
    verdicts = set()
    for each in both:
        (lower,), (upper,) = each.ratio_limits(np.array([first.numbers["confidence_percent"] / 100]))
        # The interval is at the confidence at which Holm's procedure stands: it says what the p-value does.
        is_beyond = 0.0 if lower > 1 or upper < 1 else 1.0
        verdicts.add(judge_ratio(lower, upper, is_beyond, each.area_count, fewest))
    if CANNOT_SETTLE in verdicts:
        return untold
    is_same = len(verdicts) == 1
    if_not, if_domestic = (float(each.ratio[0]) for each in both)
    return _Beside(
        is_same,
        BESIDE_WORDS.format(
            same=SAME[is_same],
            comparator=comparator.label,
            if_domestic=in_words(if_domestic, 2),
            if_not=in_words(if_not, 2),
        ),
        {
            "ratio_if_not_domestic": if_not,
            "ratio_if_domestic": if_domestic,
            "is_same_beside": float(is_same),
        },
        (comparator,),
    )


def tell_context(period: Period, flag_audit: pd.DataFrame) -> list[Judgement]:
    """What else is known of recording: flags that look missing, and how survey and hospitals vary."""
    return [
        _tell_audit(period, flag_audit),
        *(
            _tell_beside(period, role, measure)
            for role in BESIDE
            for measure in period.rules.measures_of(CLAIM, role)
        ),
    ]


def _tell_audit(period: Period, flag_audit: pd.DataFrame) -> Judgement:
    """Of the violence that its records make look domestic, how much is not flagged; weights from rounded counts."""
    rows = flag_audit[
        (flag_audit["measure_id"] == AUDITED)
        & (flag_audit["period_start"] >= period.start)
        & (flag_audit["period_start"] <= period.end)
    ]
    words = label_words(period.tested.label)
    shown = rows[rows["expected_not_flagged_status"] == REPORTED]
    if shown.empty:
        is_hidden = (rows["expected_not_flagged_status"] == SUPPRESSED).any()
        return Judgement(
            "recording_flags", *period.days, SUPPRESSED if is_hidden else NOT_AVAILABLE,
            "share_not_flagged", slots={**words, "reason": NO_AUDIT}, audited=AUDITED,
        )  # fmt: skip
    told = shown["record_count"] * (1 - shown["cannot_be_told_percent"] / 100)
    expected = told * shown["expected_percent"] / 100
    missing = expected * shown["expected_not_flagged_percent"] / 100
    by_force = (
        100
        * missing.groupby(shown["police_force_code"]).sum()
        / expected.groupby(shown["police_force_code"]).sum()
    )
    share = share_with_limits(missing.sum(), expected.sum())
    value, lower, upper = (float(each) for each in (share.value, share.lower, share.upper))
    return Judgement(
        "recording_flags", *period.days, "context", "share_not_flagged", value, lower, upper,
        slots={
            **words, "value": in_words(value, 1), "interval": interval_in_words(lower, upper, 1, "%"),
            "by_force": _force_words(by_force),
        },
        numbers={
            "force_count": float(len(by_force)), "lowest_force": float(by_force.min()),
            "highest_force": float(by_force.max()),
        },
        audited=AUDITED,
    )  # fmt: skip


def _force_words(by_force: pd.Series) -> str:
    if len(by_force) == 1:
        return ""
    lowest, highest = in_words(by_force.min(), 1), in_words(by_force.max(), 1)
    return f"; by police force from {lowest}% to {highest}%"


def _tell_beside(period: Period, role: str, measure: Measure) -> Judgement:
    """How much a figure that owes nothing to the police flag varies between the districts that have it."""
    part, words = f"{role}:{measure.indicator_id}", label_words(measure.label)
    found = find_districts(period, (measure,), FEWEST)
    if found.status != REPORTED:
        return without_figures(period, part, STATISTIC, found, (measure,), **words)
    factor = factor_of(spread_with_limits(found.events[0], found.population[0]))
    return Judgement(
        part, *period.days, "context", STATISTIC, *factor.limits, area_count=len(found.codes), area_type="lad",
        slots={**words, "factor": factor.words},
        measures=(measure,),
    )  # fmt: skip
