"""By how much a published count can be off because its source's policy rounds it."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.keys import CELL
from pipeline.publish.limits import find_limits


def find_rounding(figures: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: CELL, `numerator_half` and `denominator_half`, half the rounding base (0 = not rounded).

    `figures` are rows of fct_indicator_values; a population is not rounded.
    """
    of_denominator = figures["denominator_policy_id"].where(figures["denominator_measure_id"].notna())
    numerator, denominator = (
        find_limits(figures.assign(policy_id=names), policies)["rounding_base"].fillna(0) / 2
        for names in (figures["policy_id"], of_denominator)
    )
    return figures[CELL].assign(numerator_half=numerator, denominator_half=denominator)
