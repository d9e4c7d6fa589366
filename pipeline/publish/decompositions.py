"""Why the domestic share here differs from a reference: another mix of offences, or other shares within them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.publish.comparators import OWN_AREAS
from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.decomposition import decompose_share
from pipeline.statistics.intervals import Estimate

BREAKDOWN = "offence_subgroup"
# The share that is taken apart, and the group of offences that it is of; none = all offences.
TAKEN_APART = (("domestic_share", ""), ("domestic_violence_share", "Violence against the person"))
EFFECTS = ["mix_effect", "mix_lower95", "mix_upper95", "within_effect", "within_lower95", "within_upper95"]
COLUMNS = [
    "indicator_id", "area_code", "area_type", "period_start", "period_end", "reference_name",
    "reference_year_start", "offence_subgroup", "share", "reference_share", "weight", "reference_weight",
    *EFFECTS, "value_status", "status_reason",
]  # fmt: skip
INCOMPLETE = "The figure of a kind of offence is not available."
UNMATCHED = "The reference lacks a kind of offence that is recorded here."


def find_decompositions(
    values: pd.DataFrame, references: pd.DataFrame, groups: pd.Series, ask: str
) -> pd.DataFrame:
    """For each year of the area and its districts one row a kind of offence, and one for all: COLUMNS.

    `values` are published; `references` rows of fct_domestic_references, of which each place's nearest year is
    taken; `groups` the group of each offence subgroup. Shares, weights and effects are per cent and percentage
    points of offences whose flag is known; `offence_subgroup` is empty in the row for all, which alone has limits.
    Where nothing can be told there is one row: `suppressed` for a hidden figure, else `not_available`, with `ask`
    as the reason while no reference is loaded.
    """
    local = values[
        (values["indicator_id"] == "domestic_share")
        & (values["breakdown"] == BREAKDOWN)
        & (values["period_type"] == "financial_year")
        & values["area_type"].isin(OWN_AREAS)
    ]
    found = [
        row
        for indicator_id, group in TAKEN_APART
        for keys, rows in local[_is_of(local["breakdown_value"], groups, group)].groupby(
            ["area_code", "area_type", "period_start", "period_end"], sort=True
        )
        for row in _of_year(
            {"indicator_id": indicator_id, **dict(zip(COLUMNS[1:5], keys, strict=True))},
            rows,
            references[_is_of(references["offence_subgroup"], groups, group)],
            ask,
        )
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _is_of(subgroups: pd.Series, groups: pd.Series, group: str) -> pd.Series:
    return subgroups.map(groups).eq(group) | (group == "")


def _of_year(
    keys: dict[str, object], rows: pd.DataFrame, references: pd.DataFrame, ask: str
) -> Iterator[dict[str, object]]:
    """The rows of one area and year, against each place of the reference."""
    # An offence that nobody recorded has nothing to take a share of, and no weight.
    told = rows[rows["value_status"] != "not_applicable"]
    reason = ask if references.empty else INCOMPLETE
    status = ""
    if (told["value_status"] == "suppressed").any():
        status, reason = "suppressed", SUPPRESSED
    elif references.empty or told.empty or (told["value_status"] != "reported").any():
        status = "not_available"
    if status:
        yield {**keys, "offence_subgroup": "", "value_status": status, "status_reason": reason}
        return
    counts = told.set_index("breakdown_value")[["numerator", "denominator"]].astype("float64")
    for name, place in references.groupby("area_name", sort=True):
        distance = (place["reference_year_start"] - pd.Timestamp(str(keys["period_start"]))).abs()
        nearest = place.loc[distance == distance.min(), "reference_year_start"].min()
        year = place[place["reference_year_start"] == nearest].set_index("offence_subgroup")
        about = {**keys, "reference_name": name, "reference_year_start": nearest}
        if not set(counts.index[counts["denominator"] > 0]) <= set(year.index):
            yield {
                **about,
                "offence_subgroup": "",
                "value_status": "not_available",
                "status_reason": UNMATCHED,
            }
            continue
        yield from _take_apart(about, counts, year[["domestic_count", "offence_count"]].astype("float64"))


def _take_apart(
    about: dict[str, object], counts: pd.DataFrame, year: pd.DataFrame
) -> Iterator[dict[str, object]]:
    both = year.join(counts, how="outer").fillna(0.0).sort_index()
    both = both[(both["offence_count"] > 0) | (both["denominator"] > 0)]
    parts = decompose_share(
        both["numerator"], both["denominator"], both["domestic_count"], both["offence_count"]
    )
    totals = both.sum()
    yield {
        **about,
        "offence_subgroup": "",
        **_shares(totals, totals),
        **_effects(parts.mix, parts.within),
        "value_status": "reported",
        "status_reason": "",
    }
    for position, subgroup in enumerate(both.index):
        yield {
            **about,
            "offence_subgroup": subgroup,
            **_shares(both.iloc[position], totals),
            "mix_effect": round(float(parts.mix_by_category[position]), 2),
            "within_effect": round(float(parts.within_by_category[position]), 2),
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


def _effects(mix: Estimate, within: Estimate) -> dict[str, float]:
    numbers = (mix.value, mix.lower, mix.upper, within.value, within.lower, within.upper)
    return {name: round(float(number), 2) for name, number in zip(EFFECTS, numbers, strict=True)}
