"""Harm and cost of one definition for each of another, told only where what is hidden could hardly change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.weigh import KINDS, name_kinds

PERIOD = ["period_type", "period_start", "period_end"]
# The part of a definition's harm or cost that may be missing from a ratio.
MOST_LEFT_OUT = 0.1
# The definition that counts all violence against the person, whatever its flags: no other has more of such a kind.
EVERY_VIOLENCE = "vap_all"
WITHOUT = (
    "Without {} in both, of which a count is hidden in one of them: at most a tenth of either definition."
)
TOO_MUCH = "Left out for hidden counts, {} could be more than a tenth of one of the two definitions."
UNKNOWN = "The offences of one of the definitions are not known here."
NOTHING = "There is nothing to take a share of."

Ratio = tuple[float, str, str]


@dataclass(frozen=True, eq=False)
class KindCounts:
    """The published offences of one definition and period by kind: `counts` of those that are told.

    A hidden kind has no more than `most` (infinite where nothing published says so), all hidden together no more than
    `rest`. `unknown` are kinds of which nobody can tell.
    """

    counts: dict[str, float]
    most: dict[str, float]
    rest: float
    unknown: tuple[str, ...]


def count_kinds(values: pd.DataFrame) -> dict[tuple[tuple, str], KindCounts]:
    """The kinds of each period and definition, from published figures of `lens_offences`: nothing hidden is used.

    What is hidden in one year is no more than what the pool of years around it has beyond the years that are told, no
    more than what the definition's total has beyond its kinds, and, of violence, no more than EVERY_VIOLENCE can have.
    """
    offences = values[(values["indicator_id"] == "lens_offences") & (values["split"] == "all")]
    offences = offences[(offences["lens_id"] != "") & (offences["area_type"] == "vru")]
    by_kind = offences[offences["breakdown"] == KINDS]
    totals = offences[(offences["breakdown"] == "none") & (offences["value_status"] == "reported")]
    total = totals.set_index([*PERIOD, "lens_id"])["numerator"].to_dict()
    shown = by_kind[by_kind["value_status"] == "reported"]
    found = {}
    for (*period, lens), rows in by_kind.groupby([*PERIOD, "lens_id"], sort=True):
        of_lens = shown[shown["lens_id"] == lens]
        status = dict(zip(rows["breakdown_value"], rows["value_status"], strict=True))
        numbers = dict(zip(rows["breakdown_value"], rows["numerator"].astype("float64"), strict=True))
        counts = {kind: numbers[kind] for kind, word in status.items() if word == "reported"}
        hidden = [kind for kind, word in status.items() if word == "suppressed"]
        found[tuple(period), str(lens)] = KindCounts(
            counts,
            {kind: _most_of(of_lens[of_lens["breakdown_value"] == kind], tuple(period)) for kind in hidden},
            max(float(total.get((*period, lens), np.inf)) - sum(counts.values()), 0.0),
            tuple(kind for kind in status if kind not in counts and kind not in hidden),
        )
    violent = set(
        shown.loc[(shown["lens_id"] == EVERY_VIOLENCE) & (shown["numerator"] > 0), "breakdown_value"]
    )
    return {
        (period, lens): replace(kinds, most=_within(kinds.most, found.get((period, EVERY_VIOLENCE)), violent))
        for (period, lens), kinds in found.items()
    }


def _within(most: dict[str, float], whole: KindCounts | None, violent: set[str]) -> dict[str, float]:
    """The most of each hidden kind, that of violence no more than a definition of all violence can have."""
    if whole is None:
        return most
    every = {kind: min(count, whole.rest) for kind, count in whole.most.items()} | whole.counts
    return {
        kind: min(count, every.get(kind, np.inf)) if kind in violent else count
        for kind, count in most.items()
    }


def _most_of(shown: pd.DataFrame, period: tuple) -> float:
    """What the pools around a year leave in it, at most; `shown` are the published figures of one kind."""
    period_type, start, end = period
    if period_type != "financial_year":
        return np.inf
    first, last, counts = shown["period_start"], shown["period_end"], shown["numerator"].astype("float64")
    is_pool = (shown["period_type"] == "pooled_years") & (first <= start) & (last >= end)
    left = [np.inf]
    for pool in shown.index[is_pool]:
        is_within = (shown["period_type"] == period_type) & (first >= first[pool]) & (last <= last[pool])
        left.append(float(counts[pool] - counts[is_within].sum()))
    return max(min(left), 0.0)


def weigh_pair(first: KindCounts, second: KindCounts, weights: pd.DataFrame) -> Iterator[tuple[str, Ratio]]:
    """Of each weighting its statistic, and the ratio of the first to the second with its status and reason.

    Kinds of which a count is hidden in either are left out of both, so that like stands beside like; `suppressed` where
    they could be more than MOST_LEFT_OUT of either. `weights` are rows of offence_weights.
    """
    for weighting, rows in weights.groupby("weighting", sort=True):
        weight = dict(zip(rows[KINDS], rows["weight"].astype("float64"), strict=True))
        yield f"{weighting}_ratio", _weigh(first, second, weight)


def _weigh(first: KindCounts, second: KindCounts, weight: dict[str, float]) -> Ratio:
    if any(kind in weight for kind in (*first.unknown, *second.unknown)):
        return np.nan, "not_available", UNKNOWN
    hidden = [kind for kind in weight if kind in first.most or kind in second.most]
    # A kind of offence that had no code yet in a year has no row there, and none is missing.
    common = [kind for kind in weight if kind in first.counts and kind in second.counts]
    if not common:
        return np.nan, "suppressed", SUPPRESSED
    told = [sum(kinds.counts[kind] * weight[kind] for kind in common) for kinds in (first, second)]
    for kinds, counted in zip((first, second), told, strict=True):
        left_out = _weigh_left_out(kinds, {kind: weight[kind] for kind in hidden})
        if left_out * (1 - MOST_LEFT_OUT) > counted * MOST_LEFT_OUT:
            return np.nan, "suppressed", TOO_MUCH.format(name_kinds(hidden))
    if told[1] == 0:
        return np.nan, "not_applicable", NOTHING
    return round(told[0] / told[1], 3), "reported", WITHOUT.format(name_kinds(hidden)) if hidden else ""


def _weigh_left_out(kinds: KindCounts, weight: dict[str, float]) -> float:
    """The most that these kinds can weigh: what is told of them, and of the rest the heaviest first."""
    total = sum(kinds.counts[kind] * weight[kind] for kind in weight if kind in kinds.counts)
    rest = kinds.rest
    for kind in sorted((kind for kind in weight if kind in kinds.most), key=lambda kind: -weight[kind]):
        count = min(kinds.most[kind], rest)
        total += count * weight[kind]
        # What is without limit leaves as much to the next.
        rest = rest if np.isinf(rest) else rest - count
    return total
