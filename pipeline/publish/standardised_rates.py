"""Rates made comparable between places of different ages, from published counts by age band alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.names import name_all
from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.intervals import FEWEST_FOR_APPROXIMATION, Floats
from pipeline.statistics.standardisation import directly_standardised_rate

SERIES = [name for name in CELL if name not in ("breakdown", "breakdown_value")]
COLUMNS = [
    *SERIES, "event_count", "value", "lower95", "upper95", "is_from_rounded", "value_status", "status_reason",
]  # fmt: skip
TOO_FEW = "Under 10 events are too few to standardise."
# Of fewer the factor, to one decimal, could tell of one person's events.
FEWEST_FOR_REPEATS = 1000
REPEATS = "The same people can have several events: the variance is {} times that of independent ones."
INDEPENDENT = "Limits are those of independent events: too few to tell how often the same people had several."
INCOMPLETE = "The figure of an age band is not available."
# What the flag is told of is told of people of its ages alone; what is not flagged is a rate of everybody.
DOMESTIC = "domestic"
SOME_AGES = "Of the ages that the flag is told of: the standard's weights are those of {}."
UNTOLD_AGES = "The flag says nothing of some ages, and the rate is one of all."


def standardise_rates(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    rounding: pd.DataFrame,
    standard: pd.DataFrame,
    repeats: pd.DataFrame,
) -> pd.DataFrame:
    """One row a rate of the population that is published by age band: COLUMNS, in the unit of its indicator.

    `standard` has the `weight` of each `age_band`. Limits are Dobson's, and cover the rounding of the counts
    (`rounding` is of `find_rounding`). Where the same people may have several events they are those of events that are
    not independent, and `status_reason` says how much wider the variance is: from `repeats`, rows of fct_repeat_events,
    rounded up to one decimal and of FEWEST_FOR_REPEATS events or more, so that it tells of nobody. What is flagged
    domestic is standardised over the ages that the flag is told of. A hidden band makes the rate `suppressed`; one that
    is missing, or fewer than 10 events, `not_available`. Without a status of `reported` there is no number.
    """
    is_rate = (indicators["kind"] == "rate") & (indicators["denominator_kind"] == "population")
    facts = indicators.loc[is_rate, ["indicator_id", "multiplier", "decimals", "numerator_measure_id"]]
    banded = values[values["breakdown"] == "age_band"].merge(facts, on="indicator_id")
    banded = banded.merge(rounding, on=CELL, how="left")
    same = ["measure_id", "area_code", "period_type", "period_start", "split"]
    known = repeats.assign(more=repeats["sum_of_squares"] - repeats["event_count"])[[*same, "more"]]
    banded = banded.merge(known.rename(columns={"measure_id": "numerator_measure_id"}), how="left")
    weights = standard.set_index("age_band")["weight"].astype("float64")
    rows = [
        {**dict(zip(SERIES, keys, strict=True)), **_standardise(bands.set_index("breakdown_value"), weights)}
        for keys, bands in banded.groupby(SERIES, sort=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _standardise(bands: pd.DataFrame, weights: pd.Series) -> dict[str, Any]:
    """The rate of one place and period, from its age bands."""
    if (bands["value_status"] == "suppressed").any():
        return {"is_from_rounded": False, "value_status": "suppressed", "status_reason": SUPPRESSED}
    wanted = bands.reindex(weights.index)
    applies = (wanted["value_status"] != "not_applicable").to_numpy()
    if not applies.all() and (bands["split"] != DOMESTIC).any():
        return {"is_from_rounded": False, "value_status": "not_available", "status_reason": UNTOLD_AGES}
    wanted, weights = wanted[applies], weights[applies]
    if wanted.empty or (wanted["value_status"] != "reported").any():
        return {"is_from_rounded": False, "value_status": "not_available", "status_reason": INCOMPLETE}
    events, people = wanted["numerator"].to_numpy(float), wanted["denominator"].to_numpy(float)
    error: Floats = wanted["numerator_error"].fillna(0).to_numpy(float)
    is_rounded = bool((error > 0).any())
    if events.sum() < FEWEST_FOR_APPROXIMATION:
        return {"is_from_rounded": is_rounded, "value_status": "not_available", "status_reason": TOO_FEW}
    multiplier, decimals = float(wanted["multiplier"].iloc[0]), int(wanted["decimals"].iloc[0])
    inflation, reason = _inflate(float(events.sum()), float(wanted["more"].iloc[0]))
    ages = "" if applies.all() else SOME_AGES.format(name_all(list(wanted.index)))
    # Each count at the least and the most that it was before rounding, and as shown.
    ends = np.stack([np.maximum(events - error, 0), events, events + error])
    found = directly_standardised_rate(ends, people, weights.to_numpy(float), multiplier, inflation=inflation)
    if np.isnan(found.lower[0]):
        return {"is_from_rounded": is_rounded, "value_status": "not_available", "status_reason": TOO_FEW}
    return {
        "event_count": events.sum(),
        "value": round(float(found.value[1]), decimals),
        "lower95": round(float(found.lower[0]), decimals),
        "upper95": round(float(found.upper[2]), decimals),
        "is_from_rounded": is_rounded,
        "value_status": "reported",
        "status_reason": " ".join(filter(None, (ages, reason))),
    }


def _inflate(events: float, more: float) -> tuple[float, str]:
    """How many times the variance is that of independent events, and the sentence on it.

    `more` is what the squares of everybody's events add up to beyond the events; nan where people are not told apart.
    """
    if np.isnan(more):
        return 1.0, ""
    if events < FEWEST_FOR_REPEATS:
        return 1.0, INDEPENDENT
    inflation = float(np.ceil(round(10 * (1 + more / events), 6)) / 10)
    return inflation, REPEATS.format(f"{inflation:.1f}")
