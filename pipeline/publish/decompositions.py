"""Why the domestic share here differs from a reference: another mix of offences, or other shares within them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.publish.comparators import OWN_AREAS
from pipeline.publish.definitions import DomesticReferences
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.weigh import name_kinds
from pipeline.statistics.decomposition import decompose_share
from pipeline.statistics.intervals import Estimate

BREAKDOWN = "offence_subgroup"
# The share that is taken apart, and the group of offences that it is of; none = all offences.
TAKEN_APART = (("domestic_share", ""), ("domestic_violence_share", "Violence against the person"))
EFFECTS = [
    f"{part}_{number}"
    for part in ("mix", "within", "known_within")
    for number in ("effect", "lower95", "upper95")
]
COLUMNS = [
    "indicator_id", "area_code", "area_type", "period_start", "period_end", "reference_name",
    "reference_year_start", "offence_subgroup", "share", "reference_share", "weight", "reference_weight",
    *EFFECTS, "value_status", "status_reason",
]  # fmt: skip
OTHER_KINDS = "Other kinds, together"
TOGETHER = "Without figures of their own, and so taken together: {}."
# The reference counts what is flagged over all offences, whether their flag is known or not; so does what is here.
UNFLAGGED = (
    "As the reference does, this counts the {:.1f}% of offences without a flag as not domestic. How many of its own "
    "have none the reference does not say: other shares within are of one that lacks as many. Against one that lacks "
    "none, the shares of known flags would make {:+.2f} points."
)
INCOMPLETE = "The figure of a kind of offence is not available."
UNMATCHED = "The reference lacks a kind of offence that is recorded here."


def find_decompositions(values: pd.DataFrame, references: DomesticReferences) -> pd.DataFrame:
    """For each year of the area and its districts one row a kind of offence, and one for all: COLUMNS.

    `values` are published; of `references` each place's nearest year is taken. Shares, weights and effects are per
    cent and percentage points of all offences: what has no flag counts as not domestic, as it does in the reference,
    and `status_reason` of the row for all says how much that is. `within` is of a reference that lacks as many flags,
    `known_within` of one that lacks none: what it is lies between the two. A kind whose unknown flags are hidden is
    taken to have as large a part of them as all kinds together. `offence_subgroup` is empty in the row for all,
    which alone has limits. Kinds whose figure is hidden are one row, OTHER_KINDS: what the published total leaves
    for them, against the same kinds of the reference; the reason names them too. What differs
    among them is then in its share within, none of it in the mix. Every number follows from published ones, so
    nothing hidden can be worked out from it. Where nothing can be told there is one row: `suppressed` where the
    total is hidden, one kind alone is, or the hidden ones together are under the threshold; else `not_available`,
    with `ask` as the reason while no reference is loaded.
    """
    local = values[(values["period_type"] == "financial_year") & values["area_type"].isin(OWN_AREAS)]
    is_kind = (local["indicator_id"] == "domestic_share") & (local["breakdown"] == BREAKDOWN)
    kinds, totals = local[is_kind], local[(local["breakdown"] == "none") & (local["split"] == "all")]
    found = [
        row
        for indicator_id, group in TAKEN_APART
        for keys, rows in kinds[_is_of(kinds["breakdown_value"], references.groups, group)].groupby(
            ["area_code", "area_type", "period_start", "period_end"], sort=True
        )
        for row in _of_year(
            {"indicator_id": indicator_id, **dict(zip(COLUMNS[1:5], keys, strict=True))},
            rows,
            totals,
            references,
            group,
        )
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _is_of(subgroups: pd.Series, groups: pd.Series, group: str) -> pd.Series:
    return subgroups.map(groups).eq(group) | (group == "")


def _of_year(
    keys: dict[str, object],
    rows: pd.DataFrame,
    totals: pd.DataFrame,
    references: DomesticReferences,
    group: str,
) -> Iterator[dict[str, object]]:
    """The rows of one area and year, against each place of the reference."""
    is_of_group = _is_of(references.counts["offence_subgroup"], references.groups, group)
    against = references.counts[is_of_group]
    # An offence that nobody recorded has nothing to take a share of, and no weight.
    told = rows[rows["value_status"] != "not_applicable"].set_index("breakdown_value")
    hidden = list(told.index[told["value_status"] == "suppressed"])
    shown = told[told["value_status"] == "reported"]
    counts = shown[["numerator", "denominator"]].astype("float64")
    total = totals[
        (totals[list(keys)] == pd.Series(keys)).all(axis=1) & (totals["value_status"] == "reported")
    ]
    joined = _join_kinds(hidden, counts, total, references.threshold)
    status, reason = "", ""
    if against.empty:
        status, reason = "not_available", references.ask
    elif told.empty or len(hidden) + len(shown) < len(told):
        status, reason = "not_available", INCOMPLETE
    elif joined is None:
        status, reason = "suppressed", SUPPRESSED
    if status or joined is None:
        yield {**keys, "offence_subgroup": "", "value_status": status, "status_reason": reason}
        return
    together, rest = joined
    if together:
        counts = counts.drop(index=[kind for kind in together if kind in counts.index])
        counts.loc[OTHER_KINDS] = rest
    of_all = _part_unflagged(total).iloc[0] if len(total) else np.nan
    unflagged = _part_unflagged(shown).reindex(counts.index).fillna(of_all)
    if unflagged.isna().any():
        yield {**keys, "offence_subgroup": "", "value_status": "suppressed", "status_reason": SUPPRESSED}
        return
    counts = counts.assign(denominator=counts["denominator"] / (1 - unflagged), unflagged=unflagged)
    reason = TOGETHER.format(name_kinds(together)) if together else ""
    for name, place in against.groupby("area_name", sort=True):
        distance = (place["reference_year_start"] - pd.Timestamp(str(keys["period_start"]))).abs()
        nearest = place.loc[distance == distance.min(), "reference_year_start"].min()
        year = place[place["reference_year_start"] == nearest].set_index("offence_subgroup")
        about = {**keys, "reference_name": name, "reference_year_start": nearest}
        if not {*counts.index[counts["denominator"] > 0], *together} <= {*year.index, OTHER_KINDS}:
            yield {
                **about,
                "offence_subgroup": "",
                "value_status": "not_available",
                "status_reason": UNMATCHED,
            }
            continue
        reference = year[["domestic_count", "offence_count"]].astype("float64")
        if together:
            of_others = reference.loc[together].sum()
            reference = reference.drop(index=together)
            reference.loc[OTHER_KINDS] = of_others
        yield from _take_apart(about, counts, reference, reason)


def _join_kinds(
    hidden: list[str], counts: pd.DataFrame, total: pd.DataFrame, threshold: float
) -> tuple[list[str], pd.Series] | None:
    """The kinds that stand together, and what the published total leaves for them; None where it must not be told.

    `total` is the published row of all kinds; without a row it is not published.

    Those are the hidden kinds, none where none is hidden, and as many of the smallest shown ones as it takes until
    neither the domestic nor the other offences of all together are few.
    """
    if not hidden:
        return [], counts.iloc[:0].sum()
    if len(hidden) < 2 or total.empty:
        return None
    whole = total[["numerator", "denominator"]].astype("float64").iloc[0]
    shown = counts.sort_values("denominator", kind="stable")
    # At least one kind stands for itself: of everything together nothing is told.
    for further in range(max(len(shown), 1)):
        rest = whole - shown.iloc[further:].sum()
        if min(rest["numerator"], rest["denominator"] - rest["numerator"]) >= threshold:
            return [*hidden, *map(str, shown.index[:further])], rest
    return None


def _part_unflagged(shares: pd.DataFrame) -> pd.Series:
    """The part of all offences whose flag is not known, in the order of the rows; nan where it is hidden."""
    # Bounds are n / (d + u) and (n + u) / (d + u).
    return (shares["highest"] - shares["lowest"]).astype("float64") / 100


def _take_apart(
    about: dict[str, object], counts: pd.DataFrame, year: pd.DataFrame, reason: str
) -> Iterator[dict[str, object]]:
    both = year.join(counts, how="outer").fillna(0.0).sort_index()
    both = both[(both["offence_count"] > 0) | (both["denominator"] > 0)]
    parts = decompose_share(
        both["numerator"],
        both["denominator"],
        both["domestic_count"],
        both["offence_count"],
        unflagged=both["unflagged"],
    )
    totals = both.sum()
    missing = 100 * float((both["unflagged"] * both["denominator"]).sum() / totals["denominator"])
    if missing > 0:
        reason = " ".join([reason, UNFLAGGED.format(missing, float(parts.known_within.value))]).strip()
    yield {
        **about,
        "offence_subgroup": "",
        **_shares(totals, totals),
        **_effects(parts.mix, parts.within, parts.known_within),
        "value_status": "reported",
        "status_reason": reason,
    }
    for position, subgroup in enumerate(both.index):
        yield {
            **about,
            "offence_subgroup": subgroup,
            **_shares(both.iloc[position], totals),
            "mix_effect": round(float(parts.mix_by_category[position]), 2),
            "within_effect": round(float(parts.within_by_category[position]), 2),
            "known_within_effect": round(float(parts.known_within_by_category[position]), 2),
            "value_status": "reported",
            "status_reason": "",
        }


def _shares(part: pd.Series, totals: pd.Series) -> dict[str, float]:
    def percent(count: str, of: float) -> float:
        return round(100 * part[count] / of, 1) if of > 0 else np.nan

    return {
        "share": percent("numerator", part["denominator"]),
        "reference_share": percent("domestic_count", part["offence_count"]),
        "weight": percent("denominator", totals["denominator"]),
        "reference_weight": percent("offence_count", totals["offence_count"]),
    }


def _effects(*parts: Estimate) -> dict[str, float]:
    numbers = [number for part in parts for number in (part.value, part.lower, part.upper)]
    return {name: round(float(number), 2) for name, number in zip(EFFECTS, numbers, strict=True)}
