"""Harm and cost: protected counts by kind of offence, added up by what one offence weighs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.names import name_all
from pipeline.publish.protect import SUPPRESSED
from pipeline.publish.relations import SPLITS
from pipeline.statistics.rounded import ends_of_rounded
from pipeline.statistics.weighted import weighted_total

TOTAL = ["lens_id", "area_type", "area_code", "period_type", "period_start", "split", "numerator_split"]
KINDS = "offence_subgroup"
LEFT_OUT = "At least: without all or part of {}, of which the counts are hidden; a least has no interval."
POUNDS_A_MILLION = 1_000_000


def price_weights(weights: pd.DataFrame, deflator: pd.DataFrame, price_year: str) -> pd.DataFrame:
    """The weights of harm as they are, and of cost in millions of pounds at the prices of `price_year` ('2023-24').

    `weights` are rows of offence_weights, `deflator` those of gdp_deflator; a year without a multiplier raises
    ValueError.
    """
    multipliers = deflator.set_index("financial_year")["multiplier_from_2015_16"]
    if price_year not in multipliers.index:
        raise ValueError(f"gdp_deflator has no row for {price_year}")
    is_cost = weights["weighting"] == "cost"
    priced = weights["weight"] * multipliers[price_year] / POUNDS_A_MILLION
    return weights.assign(weight=weights["weight"].where(~is_cost, priced))


def weigh(weighted: pd.DataFrame, counts: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """The figures of kind `weighted` with numerator (offences that have a weight), value, limits and `left_out`.

    `counts` are protected figures of kind `count`; those broken down by kind of offence are added up. Kinds whose
    count is hidden are left out together and named in `left_out`, but for those of their parts by the flag that are
    told: no whole of exact counts is less than its parts. The value is then a least, without limits. A total is hidden
    if all counts behind it are, and not available if any is not.

    Nothing hidden can be worked out from it: value, numerator and names follow from the published counts, their
    markers and the weights alone, which any reader has, and so would be the same whatever the hidden counts were.
    """
    by_kind = counts[counts["breakdown"] == KINDS]
    weighed = []
    for (measure_id, weighting), rows in weighted.groupby(
        ["numerator_measure_id", "denominator_id"], sort=True
    ):
        own = weights[weights["weighting"] == weighting].set_index(KINDS)["weight"]
        is_part = (by_kind["numerator_measure_id"] == measure_id) & by_kind["breakdown_value"].isin(own.index)
        weighed.append(_weigh_measure(rows, by_kind[is_part], own))
    return pd.concat(weighed)


def _weigh_measure(rows: pd.DataFrame, parts: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    cells = pd.MultiIndex.from_frame(rows[TOTAL])
    table = parts.set_index([*TOTAL, "breakdown_value"])[
        ["value_status", "numerator", "numerator_error"]
    ].unstack()
    table = table.reindex(cells)
    statuses, counts = table["value_status"], table["numerator"]
    is_hidden, is_shown = (statuses == "suppressed").to_numpy(), (statuses == "reported").to_numpy()
    # A kind of offence that had no code yet in a year has no row there, and none is missing.
    is_missing = statuses.notna().to_numpy() & ~is_hidden & ~is_shown
    status = np.select(
        [is_missing.any(axis=1), is_shown.any(axis=1), is_hidden.any(axis=1)],
        ["not_available", "reported", "suppressed"],
        "not_available",
    )
    own_status = rows["value_status"].to_numpy(object)
    status = np.where(own_status == "reported", status, own_status)
    is_reported = status == "reported"
    of_parts = _add_up_parts(parts).reindex(index=cells, columns=counts.columns).fillna(0.0)
    events = np.where(is_reported[:, None], counts.where(is_shown, of_parts).to_numpy(float), np.nan)
    error = table["numerator_error"].where(is_shown, 0.0).to_numpy(float)
    own = weights.reindex(counts.columns).to_numpy(float)
    # Each count as shown, and at the least and the most that it was before rounding.
    total, least, most = (weighted_total(end, own) for end in (events, *ends_of_rounded(events, error)))
    left_out = [
        name_kinds(list(counts.columns[hidden])) if reported else ""
        for hidden, reported in zip(is_hidden, is_reported, strict=True)
    ]
    is_least = is_hidden.any(axis=1)
    reasons = {"suppressed": SUPPRESSED, "not_available": "A count behind this figure is not available."}
    reason = [
        LEFT_OUT.format(kinds) if kinds else reasons.get(word, "")
        for kinds, word in zip(left_out, status, strict=True)
    ]
    return rows.assign(
        numerator=events.sum(axis=1),
        value=total.value,
        lower95=np.where(is_least, np.nan, least.lower),
        upper95=np.where(is_least, np.nan, most.upper),
        is_from_rounded=is_reported & (error > 0).any(axis=1),
        left_out=left_out,
        value_status=status,
        status_reason=np.where(own_status == "reported", reason, rows["status_reason"]),
    )


def _add_up_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """What is told of each whole by its parts by the flag: a row a cell of TOTAL, a column a kind of offence."""
    is_told = (
        parts["split"].isin(SPLITS) & (parts["value_status"] == "reported") & (parts["numerator_error"] == 0)
    )
    wholes = parts[is_told].assign(split="all", numerator_split="all")
    return wholes.groupby([*TOTAL, "breakdown_value"])["numerator"].sum().unstack()


def name_kinds(kinds: list[str]) -> str:
    """Kinds of offence as a sentence names them, in the order of the alphabet."""
    return name_all(sorted(kinds))
