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
class Kinds:
    """The published offences of one definition and period by kind: `counts` of those that are told.

    A hidden kind has no more than `most` (infinite where nothing published says so), all hidden together no more than
    `rest`. `unknown` are kinds of which nobody can tell.
    """

    counts: pd.Series
    most: pd.Series
    rest: float
    unknown: tuple[str, ...]


def find_kinds(values: pd.DataFrame) -> dict[tuple[tuple, str], Kinds]:
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
        statuses = rows.set_index("breakdown_value")["value_status"]
        is_told, is_hidden = statuses == "reported", statuses == "suppressed"
        counts = rows.set_index("breakdown_value")["numerator"].astype("float64")[is_told]
        of_lens = shown[shown["lens_id"] == lens]
        found[tuple(period), str(lens)] = Kinds(
            counts,
            pd.Series(
                {kind: _most_of(of_lens, kind, *period) for kind in statuses.index[is_hidden]}, dtype=float
            ),
            max(total.get((*period, lens), np.inf) - counts.sum(), 0.0),
            tuple(statuses.index[~is_told & ~is_hidden]),
        )
    violent = set(
        shown.loc[(shown["lens_id"] == EVERY_VIOLENCE) & (shown["numerator"] > 0), "breakdown_value"]
    )
    return {
        (period, lens): replace(kinds, most=_within(kinds.most, found.get((period, EVERY_VIOLENCE)), violent))
        for (period, lens), kinds in found.items()
    }


def _within(most: pd.Series, whole: Kinds | None, violent: set[str]) -> pd.Series:
    """The most of each hidden kind, that of violence no more than a definition of all violence can have."""
    if whole is None:
        return most
    every = pd.concat([whole.counts, whole.most.clip(upper=whole.rest)]).reindex(most.index)
    return most.where(~most.index.isin(violent), np.fmin(most, every))


def _most_of(
    shown: pd.DataFrame, kind: str, period_type: str, start: pd.Timestamp, end: pd.Timestamp
) -> float:
    """What the pools around a year leave for a kind in it, at most."""
    of_kind = shown[shown["breakdown_value"] == kind]
    years = of_kind[of_kind["period_type"] == "financial_year"]
    around = of_kind[
        (of_kind["period_type"] == "pooled_years")
        & (period_type == "financial_year")
        & (of_kind["period_start"] <= start)
        & (of_kind["period_end"] >= end)
    ]
    left = [
        pool.numerator
        - years.loc[
            (years["period_start"] >= pool.period_start) & (years["period_end"] <= pool.period_end),
            "numerator",
        ].sum()
        for pool in around.itertuples()
    ]
    return max(min(left, default=np.inf), 0.0)


def weigh_pair(first: Kinds, second: Kinds, weights: pd.DataFrame) -> Iterator[tuple[str, Ratio]]:
    """Of each weighting its statistic, and the ratio of the first to the second with its status and reason.

    Kinds of which a count is hidden in either are left out of both, so that like stands beside like; `suppressed` where
    they could be more than MOST_LEFT_OUT of either. `weights` are rows of offence_weights.
    """
    for weighting, rows in weights.groupby("weighting", sort=True):
        weight = rows.set_index(KINDS)["weight"].astype("float64")
        yield f"{weighting}_ratio", _weigh(first, second, weight)


def _weigh(first: Kinds, second: Kinds, weight: pd.Series) -> Ratio:
    if weight.index.intersection([*first.unknown, *second.unknown]).size:
        return np.nan, "not_available", UNKNOWN
    hidden = weight.index.intersection(first.most.index.union(second.most.index))
    # A kind of offence that had no code yet in a year has no row there, and none is missing.
    common = weight.index.difference(hidden).intersection(first.counts.index)
    if common.empty:
        return np.nan, "suppressed", SUPPRESSED
    told = [float((kinds.counts[common] * weight[common]).sum()) for kinds in (first, second)]
    for kinds, counted in zip((first, second), told, strict=True):
        left_out = _weigh_left_out(kinds, weight[hidden])
        if left_out * (1 - MOST_LEFT_OUT) > counted * MOST_LEFT_OUT:
            return np.nan, "suppressed", TOO_MUCH.format(name_kinds(list(hidden)))
    if told[1] == 0:
        return np.nan, "not_applicable", NOTHING
    return (
        round(told[0] / told[1], 3),
        "reported",
        WITHOUT.format(name_kinds(list(hidden))) if len(hidden) else "",
    )


def _weigh_left_out(kinds: Kinds, weight: pd.Series) -> float:
    """The most that these kinds can weigh: what is told of them, and of the rest the heaviest first."""
    told = weight.index.intersection(kinds.counts.index)
    total, rest = float((kinds.counts[told] * weight[told]).sum()), kinds.rest
    hidden = weight[weight.index.isin(kinds.most.index)].sort_values(ascending=False, kind="stable")
    for kind, of_one in hidden.items():
        count = min(kinds.most[kind], rest)
        total += count * of_one
        # What is without limit leaves as much to the next.
        rest = rest if np.isinf(rest) else rest - count
    return total
