"""Each published figure of the area beside others: the difference with its interval, and a verdict.

Shares: Newcombe's difference in percentage points; higher or lower where the interval leaves out 0, and of a domestic
share only where the difference is LEAST_POINTS or more as well. Rates: the ratio of the two rates; higher or lower
where the interval leaves out 1. Else similar, but only where the interval reaches no further than FURTHEST_RATIO either
way, of a share the points that this comes to, at least NEAREST_POINTS (of a domestic share LEAST_POINTS) and at most
FURTHEST_POINTS: a wider one has room for a large difference, and nothing can be told.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.breaks import (
    forbidden_by,
    gradual_changes_between,
    left_out_between,
    recording_rises_between,
)
from pipeline.publish.comparators import COMPARED_KINDS, FACTS, find_comparators
from pipeline.publish.decimals import round_each
from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.reasons import BLANKS, ESTIMATED, RECORDING, ROUNDED, UNKNOWN_FLAGS
from pipeline.publish.round_apart import round_apart
from pipeline.publish.unknown_flags import add_unknown_flags, counts_flagged_of_all
from pipeline.statistics.differences import difference_of_shares
from pipeline.statistics.intervals import (
    Estimate,
    Floats,
    rate_with_limits,
    ratio_of_rates,
    share_with_limits,
)
from pipeline.statistics.rounded import ends_of_rounded, verdict_holds

# Domain reference 9.3 states it of domestic shares, and of no other.
LEAST_POINTS = 3.0
# Equivalence: two figures are similar where no difference as large as this is likely. The margins are ours.
NEAREST_POINTS, FURTHEST_POINTS, FURTHEST_RATIO = 1.0, 10.0, 1.5
TOO_WIDE = "too_few_to_tell"
COUNTS = ["numerator", "denominator", "other_numerator", "other_denominator"]
COLUMNS = [
    *CELL, "comparator_kind", "comparator_label", "comparator_start", "comparator_end", "comparator_value",
    "difference", "lower95", "upper95", "measure_of_difference", "verdict", "reason",
]  # fmt: skip
NOT_AVAILABLE = "One of the two figures is not available."
OTHER_SURVEY = "The national figure is the Crime Survey's, which asks in other words and in another way."
NO_RATIO = "There is no ratio to a rate of nothing."
WIDE = "Too few to tell: the interval reaches from {} to {}."
WITHOUT_ERROR = "The benchmark is taken as known without error."
SCOPE = "Its scope: {}."
OF_ALL = "As the benchmark does, this divides by all offences, whether their flag is known or not: {}%."
FLAGGED_ALONE = "As the benchmark does, this leaves out offences whose flag is not known."
GRADUAL = "Meanwhile counting changed place by place: {}."
BETWEEN = "Between the two lies what is left out of trends: {}."
WITH_UNKNOWN = "With every unknown flag domestic {}the verdict would be {}."
SHARE_WITH_UNKNOWN = "it would be {}%, and "
SAME_VERDICT, OTHER_VERDICT = "the same", "{}, not {}"
UNKNOWN_HIDDEN = "How many those are is not published: with them it could be more."
# What a verdict says inside a sentence.
IN_WORDS = {"too_few_to_tell": "too few to tell"}
UNPRINTED = "Both print as {}: what lies between them is in further decimals."
DISTANCE = "The benchmark ends {} month{} {} this figure."


def compare(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    breaks: pd.DataFrame,
    benchmarks: pd.DataFrame,
    areas: pd.DataFrame,
    forces: pd.Series,
    rounding: pd.DataFrame,
) -> pd.DataFrame:
    """One row a rate, ratio or share of the area or a district, and thing that it is set beside: COLUMNS.

    All arguments are published frames, but `rounding` (of `find_rounding`) and `forces`, the police force of each
    district by its code. `verdict` is higher, lower or similar; not_comparable where counting changed between the
    two periods, one of two different periods fell under restrictions, or the benchmark is the Crime Survey's;
    cannot_be_told where the interval is too wide, where a rate rose while recording improved, or where unknown flags,
    blanks or the rounding could turn it; suppressed; not_available. Numbers are null unless the verdict is one of the
    first three or cannot_be_told. A benchmark counts what is not flagged as not domestic, and so does what stands
    beside it: the difference is of that, and `reason` says what it would be with every unknown flag domestic.
    """
    words = indicators.set_index("indicator_id")
    facts = add_unknown_flags(values, indicators).merge(
        words[
            ["kind", "multiplier", "decimals", "denominator_kind", "numerator_split", "unknown_measure_id"]
        ],
        left_on="indicator_id",
        right_index=True,
    )
    applies = facts["kind"].isin(COMPARED_KINDS) & (facts["value_status"] != "not_applicable")
    facts = facts[applies].merge(rounding, on=CELL, how="left")
    pairs = find_comparators(facts, benchmarks, areas, forces, breaks)
    if pairs.empty:
        return pd.DataFrame(columns=COLUMNS)
    numbers = pairs.assign(
        **{name: pairs[name].astype("float64") for name in _NUMBERS}, is_share=pairs["kind"] == "share"
    )
    is_domestic_share = (numbers["denominator_kind"] == "flag_known") | counts_flagged_of_all(numbers)
    least_points = np.where(is_domestic_share, LEAST_POINTS, 0.0)
    room = ((FURTHEST_RATIO - 1) * numbers["other_value"]).clip(NEAREST_POINTS, FURTHEST_POINTS)
    numbers = numbers.assign(
        least_points=least_points,
        # What is too little to be higher or lower is no large difference.
        furthest_points=np.maximum(room, least_points),
    )
    status, reason = _status(numbers, breaks)
    estimate = _estimate(numbers)
    lower, upper = _cover_rounding(numbers, estimate)
    scale = _printed_decimals(numbers["is_share"].to_numpy())
    nothing = np.where(numbers["is_share"], 0.0, 1.0)
    lower, upper = round_apart(lower, scale, nothing), round_apart(upper, scale, nothing)
    wide = [WIDE.format(f"{low:g}", f"{high:g}") for low, high in zip(lower, upper, strict=True)]
    left_out, gradual = left_out_between(pairs, breaks), gradual_changes_between(pairs, breaks)
    between = [
        " ".join(words.format(label) for words, label in ((BETWEEN, omitted), (GRADUAL, changing)) if label)
        for omitted, changing in zip(left_out, gradual, strict=True)
    ]
    recording = [RECORDING.format(label) if label else "" for label in recording_rises_between(pairs, breaks)]
    verdict, why = _judge(numbers, estimate, status, reason, wide, between, recording)
    is_shown = np.isin(verdict, ["higher", "lower", "similar", "cannot_be_told"])
    shown = {"difference": estimate.value, "lower95": lower, "upper95": upper}
    compared = numbers.assign(
        comparator_value=round_each(numbers["other_value"].to_numpy(), numbers["decimals"].to_numpy(int)),
        measure_of_difference=np.where(numbers["is_share"], "percentage points", "ratio"),
        verdict=verdict,
        reason=why,
        **{
            name: np.where(is_shown, round_apart(column, scale, nothing), np.nan)
            for name, column in shown.items()
        },
    )
    return compared[COLUMNS].sort_values([*CELL, "comparator_kind", "comparator_label"], ignore_index=True)


_UNKNOWN = [f"{side}{name}" for side in ("", "other_") for name in ("unknown", "against")]
_NUMBERS = [name for fact in FACTS if fact != "value_status" for name in (fact, f"other_{fact}")]


def _status(pairs: pd.DataFrame, breaks: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The verdict that forbids a comparison with its reason; both '' where it may be made."""
    both = pairs[["value_status", "other_value_status"]]
    forbidden = forbidden_by(pairs, breaks)
    conditions = [
        (both == "suppressed").any(axis=1),
        (both != "reported").any(axis=1),
        pairs["is_crime_survey"],
        forbidden != "",
        ~pairs["is_share"] & (pairs["other_value"] == 0),
    ]
    status = np.select(
        conditions, ["suppressed", "not_available", "not_comparable", "not_comparable", "not_available"], ""
    )
    reason = np.select(conditions, [SUPPRESSED, NOT_AVAILABLE, OTHER_SURVEY, forbidden, NO_RATIO], "")
    return status.astype(object), reason.astype(object)


def _estimate(pairs: pd.DataFrame) -> Estimate:
    """Each difference or ratio with its limits, nan where a number is missing."""
    n, d = pairs["numerator"].to_numpy(float), pairs["denominator"].to_numpy(float)
    m, e = pairs["other_numerator"].to_numpy(float), pairs["other_denominator"].to_numpy(float)
    is_share, is_fixed = pairs["is_share"].to_numpy(), np.isnan(m)
    multiplier, fixed = pairs["multiplier"].to_numpy(float), pairs["other_value"].to_numpy()
    # A benchmark of a published total has an error of its own although its count was not printed.
    m = np.where(is_fixed, np.round(fixed / multiplier * e), m)
    is_fixed = np.isnan(m)
    n, m = np.where(is_share, np.minimum(n, d), n), np.where(is_share, np.minimum(m, e), m)
    parts = [np.full(len(pairs), np.nan) for _ in range(3)]

    def fill(rows: NDArray[np.bool_], value: Floats, lower: Floats, upper: Floats) -> None:
        for part, numbers in zip(parts, (value, lower, upper), strict=True):
            part[rows] = numbers

    rows = is_share & ~is_fixed
    difference = difference_of_shares(n[rows], d[rows], m[rows], e[rows])
    fill(rows, difference.value, difference.lower, difference.upper)
    rows = is_share & is_fixed
    share = share_with_limits(n[rows], d[rows])
    fill(rows, share.value - fixed[rows], share.lower - fixed[rows], share.upper - fixed[rows])
    rows = ~is_share & ~is_fixed
    ratio = ratio_of_rates(n[rows], d[rows], m[rows], e[rows])
    fill(rows, ratio.value, ratio.lower, ratio.upper)
    rows = ~is_share & is_fixed & (fixed > 0)
    rate = rate_with_limits(n[rows], d[rows], 1.0)
    per = multiplier[rows] / fixed[rows]
    fill(rows, rate.value * per, rate.lower * per, rate.upper * per)
    return Estimate(*parts)


def _cover_rounding(pairs: pd.DataFrame, estimate: Estimate) -> tuple[Floats, Floats]:
    """The limits of each difference, moved out to the furthest that its rounded counts could take them."""
    ends = [ends_of_rounded(counts, error) for counts, error in _counts_and_errors(pairs)]
    lower, upper = estimate.lower, estimate.upper
    for corner in product(*ends):
        moved = _estimate(pairs.assign(**dict(zip(COUNTS, corner, strict=True))))
        lower, upper = np.fmin(lower, moved.lower), np.fmax(upper, moved.upper)
    return lower, upper


def _counts_and_errors(pairs: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    """Each of COUNTS with by how much it can be off."""
    return [(pairs[name], pairs[f"{name}_error"]) for name in COUNTS]


def _with_unknown_flags(pairs: pd.DataFrame, turn: int) -> pd.DataFrame:
    """The pairs with the unknown flags told so that the figure is highest against the other (1), or lowest (-1)."""
    moved = {}
    for side, up in (("", turn), ("other_", -turn)):
        unknown = pairs[f"{side}unknown"] if up == 1 else pairs[f"{side}against"]
        moved[f"{side}numerator"] = pairs[f"{side}numerator"] + (unknown if up == 1 else 0)
        # A share of known flags becomes one of all records; people, and records with blanks, are as many as they were.
        is_outside = pairs["denominator_kind"] == "flag_known"
        moved[f"{side}denominator"] = pairs[f"{side}denominator"] + unknown.where(is_outside, 0)
    return pairs.assign(**moved)


def _judge(
    pairs: pd.DataFrame,
    estimate: Estimate,
    status: NDArray[np.object_],
    reason: NDArray[np.object_],
    wide: list[str],
    between: list[str],
    recording: list[str],
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The verdict of each pair and why it is none, or what it takes for granted.

    `wide` names each interval, `between` the restrictions that part the two, `recording` what improved recording
    from the one to the other, '' where nothing did.
    """
    margins = tuple(pairs[name].to_numpy() for name in ("is_share", "least_points", "furthest_points"))
    is_share = margins[0]
    plain = _side(estimate, *margins)

    def judge(*counts: Floats) -> NDArray[np.object_]:
        return _side(_estimate(pairs.assign(**dict(zip(COUNTS, counts, strict=True)))), *margins)

    is_turned_by_rounding = ~verdict_holds(judge, *_counts_and_errors(pairs))
    ends = [_with_unknown_flags(pairs, turn) for turn in (-1, 1)]
    every_domestic = _side(_estimate(_with_every_flag_domestic(pairs)), *margins)
    # What counts as not domestic can only be more than it seems.
    may_be_more = np.where(pairs["without_flag"].isna() & (plain == "higher"), plain, every_domestic)
    flagged = [*(_side(_estimate(end), *margins) for end in ends), may_be_more]
    is_turned_by_flags = pairs[_UNKNOWN].isna().any(axis=1).to_numpy() | np.any(
        [told != plain for told in flagged], axis=0
    )
    unknown = np.where(pairs["unknown_measure_id"].notna(), BLANKS, UNKNOWN_FLAGS)
    is_wide = plain == TOO_WIDE
    # A share's parts are both recorded better: which way that takes it is not known.
    is_later = (pairs["period_start"] > pairs["comparator_start"]).to_numpy()
    is_risen = (np.asarray(recording) != "") & ~is_share & (plain == np.where(is_later, "higher", "lower"))
    may = status == ""
    is_fixed = pairs["other_numerator"].isna().to_numpy() & pairs["other_denominator"].isna().to_numpy()
    verdict = np.select(
        [~may, is_wide | is_turned_by_flags | is_turned_by_rounding | is_risen],
        [status, "cannot_be_told"],
        plain,
    )
    why = np.select(
        [~may, is_wide, is_turned_by_flags, is_turned_by_rounding, is_fixed],
        [reason, wide, unknown, ROUNDED, WITHOUT_ERROR],
        "",
    )
    flags = _count_flags(pairs, plain, every_domestic)
    distance, residents = _distance(pairs), _residents(pairs)
    # A benchmark of adult women beside a rate of everybody aged 16 and over: the reader must be told.
    scopes = [SCOPE.format(scope) if scope else "" for scope in pairs["scope"]]
    alike = _print_alike(pairs, plain)
    told = [
        " ".join(part for part in parts if part)
        for parts in zip(why, alike, recording, between, residents, flags, distance, scopes, strict=True)
    ]
    why = np.where(may, told, why)
    return verdict.astype(object), why.astype(object)


def _print_alike(pairs: pd.DataFrame, plain: NDArray[np.object_]) -> list[str]:
    """That a figure which is higher or lower prints as what it stands beside, in a sentence; '' of others."""
    decimals = pairs["decimals"].to_numpy(int)
    printed, beside = (round_each(pairs[name].to_numpy(float), decimals) for name in ("value", "other_value"))
    # Beside a benchmark that counts what has no flag a share is judged by another than it prints as.
    is_as_printed = pairs["without_flag"].eq(0).to_numpy()
    is_alike = (printed == beside) & np.isin(plain, ["higher", "lower"]) & is_as_printed
    return [
        UNPRINTED.format(f"{number:.{places}f}") if same else ""
        for number, places, same in zip(printed, decimals, is_alike, strict=True)
    ]


def _with_every_flag_domestic(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with all that count as not domestic beside a benchmark, for want of a flag, counted as domestic."""
    return pairs.assign(numerator=pairs["numerator"] + pairs["without_flag"])


def _count_flags(
    pairs: pd.DataFrame, plain: NDArray[np.object_], every_domestic: NDArray[np.object_]
) -> list[str]:
    """How a figure beside a benchmark counts what has no flag, and what every unknown flag could do; '' of others.

    `plain` are the verdicts without them, `every_domestic` those with every one domestic.
    """
    is_share, decimals = pairs["is_share"].to_numpy(), pairs["decimals"].to_numpy(int)
    shares = 100 * pairs["numerator"] / pairs["denominator"]

    def tell(row: int) -> str:
        counted, most = FLAGGED_ALONE, ""
        if is_share[row]:
            counted, most = (
                text.format(f"{float(column.iloc[row]):.{decimals[row]}f}")
                for text, column in ((OF_ALL, shares), (SHARE_WITH_UNKNOWN, pairs["highest"]))
            )
        if np.isnan(pairs["without_flag"].iloc[row]):
            return f"{counted} {UNKNOWN_HIDDEN}"
        before, after = (IN_WORDS.get(word, word) for word in (plain[row], every_domestic[row]))
        told = SAME_VERDICT if after == before else OTHER_VERDICT.format(after, before)
        return f"{counted} {WITH_UNKNOWN.format(most, told)}"

    return [tell(row) if count else "" for row, count in enumerate((pairs["without_flag"] != 0).to_numpy())]


def _residents(pairs: pd.DataFrame) -> NDArray[np.object_]:
    """Under which of the two figures stand residents of other years, in a sentence; '' where under neither."""
    here, there = (pairs[f"{side}is_population_estimated"].to_numpy(dtype=bool) for side in ("", "other_"))
    named = [ESTIMATED.format(words) for words in ("either figure", "this figure", "the other figure")]
    return np.select([here & there, here, there], named, "").astype(object)


def _distance(pairs: pd.DataFrame) -> list[str]:
    """How far from the figure's period that of its benchmark ends, in a sentence; '' where it ends with it."""
    days = (pairs["comparator_end"] - pairs["period_end"]).dt.days.where(
        pairs["comparator_kind"] == "benchmark"
    )
    months = (days / 30.44).round().fillna(0).astype(int)
    return [
        ""
        if not count
        else DISTANCE.format(abs(count), "" if abs(count) == 1 else "s", "after" if count > 0 else "before")
        for count in months
    ]


def _printed_decimals(is_share: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of percentage points one, of a ratio three."""
    return np.where(is_share, 1, 3)


def _side(
    estimate: Estimate, is_share: NDArray[np.bool_], least_points: Floats, furthest_points: Floats
) -> NDArray[np.object_]:
    """higher, lower, similar or TOO_WIDE; '' where nothing is known."""
    nothing = np.where(is_share, 0.0, 1.0)
    # What reads the same is judged the same: sizes are those of the printed numbers.
    value, lower, upper = (
        round_each(number, _printed_decimals(is_share))
        for number in (estimate.value, estimate.lower, estimate.upper)
    )
    is_large = np.abs(value) >= least_points
    return np.select(
        [
            np.isnan(estimate.value),
            (estimate.lower > nothing) & is_large,
            (estimate.upper < nothing) & is_large,
            (lower < np.where(is_share, -furthest_points, 1 / FURTHEST_RATIO))
            | (upper > np.where(is_share, furthest_points, FURTHEST_RATIO)),
        ],
        ["", "higher", "lower", TOO_WIDE],
        "similar",
    ).astype(object)
