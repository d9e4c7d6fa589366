"""Rates made comparable between places of different ages, from published counts by age band alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED
from pipeline.statistics.intervals import FEWEST_FOR_APPROXIMATION, Floats
from pipeline.statistics.standardisation import directly_standardised_rate

SERIES = [name for name in CELL if name not in ("breakdown", "breakdown_value")]
COLUMNS = [
    *SERIES, "event_count", "value", "lower95", "upper95", "is_from_rounded", "value_status", "status_reason",
]  # fmt: skip
TOO_FEW = "Under 10 events are too few to standardise."
INCOMPLETE = "The figure of an age band is not available."


def standardise_rates(
    values: pd.DataFrame, indicators: pd.DataFrame, rounding: pd.DataFrame, standard: pd.DataFrame
) -> pd.DataFrame:
    """One row a rate of the population that is published by age band: COLUMNS, in the unit of its indicator.

    `standard` has the `weight` of each `age_band`. Limits are Dobson's, and cover the rounding of the counts
    (`rounding` is of `find_rounding`). A hidden band makes the rate `suppressed`; one that is missing, or fewer
    than 10 events, `not_available`. Without a status of `reported` there is no number.
    """
    is_rate = (indicators["kind"] == "rate") & (indicators["denominator_kind"] == "population")
    facts = indicators.loc[is_rate, ["indicator_id", "multiplier", "decimals"]]
    banded = values[values["breakdown"] == "age_band"].merge(facts, on="indicator_id")
    banded = banded.merge(rounding, on=CELL, how="left")
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
    if (wanted["value_status"] != "reported").any():
        return {"is_from_rounded": False, "value_status": "not_available", "status_reason": INCOMPLETE}
    events, people = wanted["numerator"].to_numpy(float), wanted["denominator"].to_numpy(float)
    error: Floats = wanted["numerator_error"].fillna(0).to_numpy(float)
    is_rounded = bool((error > 0).any())
    if events.sum() < FEWEST_FOR_APPROXIMATION:
        return {"is_from_rounded": is_rounded, "value_status": "not_available", "status_reason": TOO_FEW}
    multiplier, decimals = float(wanted["multiplier"].iloc[0]), int(wanted["decimals"].iloc[0])
    # Each count at the least and the most that it was before rounding, and as shown.
    ends = np.stack([np.maximum(events - error, 0), events, events + error])
    found = directly_standardised_rate(ends, people, weights.to_numpy(float), multiplier)
    if np.isnan(found.lower[0]):
        return {"is_from_rounded": is_rounded, "value_status": "not_available", "status_reason": TOO_FEW}
    return {
        "event_count": events.sum(),
        "value": round(float(found.value[1]), decimals),
        "lower95": round(float(found.lower[0]), decimals),
        "upper95": round(float(found.upper[2]), decimals),
        "is_from_rounded": is_rounded,
        "value_status": "reported",
        "status_reason": "",
    }
