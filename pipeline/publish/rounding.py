"""By how much a published count can be off because its source's policy rounds it."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.keys import CELL


def find_rounding(figures: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: CELL, `numerator_half` and `denominator_half`, half the rounding base (0 = not rounded).

    `figures` are rows of fct_indicator_values; a population is not rounded.
    """
    bases = policies.set_index("policy_id")["rounding_base"].astype("float64")
    return figures[CELL].assign(
        numerator_half=figures["policy_id"].map(bases).fillna(0) / 2,
        denominator_half=figures["denominator_policy_id"]
        .where(figures["denominator_measure_id"].notna())
        .map(bases)
        .fillna(0)
        / 2,
    )
