"""Harm and cost: protected counts by kind of offence, added up by what one offence weighs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.weighted import weighted_total

TOTAL = ["lens_id", "area_type", "area_code", "period_type", "period_start", "split", "numerator_split"]
KINDS = "offence_subgroup"
RANKS = {"reported": 0, "not_applicable": 1, "not_available": 1, "suppressed": 2}
POUNDS_A_MILLION = 1_000_000


def name_price_year(cut_off: date) -> str:
    """The last financial year that had ended by the cut-off, as '2023-24': the edition's prices are of that year."""
    end = cut_off.year if cut_off >= date(cut_off.year, 3, 31) else cut_off.year - 1
    return f"{end - 1}-{end % 100:02}"


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
    """The figures of kind `weighted` with numerator (offences that have a weight), value, lower95 and upper95.

    `counts` are protected figures of kind `count`; those broken down by kind of offence are added up. A total is
    hidden if any count behind it is, and not available if any is not.
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
    rank = parts["value_status"].map(RANKS).groupby([parts[column] for column in TOTAL]).max().reindex(cells)
    ranks, own_status = rank.to_numpy(float), rows["value_status"].to_numpy(object)
    status = np.where(ranks == RANKS["reported"], "reported", "not_available").astype(object)
    status = np.where(ranks == RANKS["suppressed"], "suppressed", status)
    status = np.where(own_status == "reported", status, own_status)
    is_reported = status == "reported"
    by_kind = parts.set_index([*TOTAL, "breakdown_value"])["numerator"].unstack().reindex(cells)
    # A kind of offence that had no code yet in a year has no count there, and none is missing.
    events = np.where(is_reported[:, None], by_kind.fillna(0).to_numpy(float), np.nan)
    total = weighted_total(events, weights.reindex(by_kind.columns).to_numpy(float))
    reason = np.where(status == "suppressed", SUPPRESSED, "A count behind this figure is not available.")
    return rows.assign(
        numerator=events.sum(axis=1),
        value=total.value,
        lower95=total.lower,
        upper95=total.upper,
        value_status=status,
        status_reason=np.where(status == own_status, rows["status_reason"], reason),
    )
