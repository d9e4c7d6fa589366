"""Which figures the report is for: what is hidden for another's sake should be something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.open_offences import OPEN, SHARE

ON = ["indicator_id", "split", "breakdown", "breakdown_value", "period_type"]
# What definitions are set side by side by: how many offences each counts, or may count, and the domestic share with
# its bounds.
COMPARED = ["lens_offences", "lens_offences_at_most", SHARE, *OPEN.values()]


def find_flagships(figures: pd.DataFrame, claim_measures: pd.DataFrame) -> np.ndarray:
    """Whether each figure is one that a verdict on a claim rests on, of the whole area or a district, or one by which
    definitions are set side by side. Those of definitions count for years of the whole area alone: by district the
    counts that no definition asks for are worth more.

    `figures` are rows of fct_indicator_values, `claim_measures` those of that seed.
    """
    judged = pd.MultiIndex.from_frame(figures[ON]).isin(pd.MultiIndex.from_frame(claim_measures[ON]))
    is_told = judged & (figures["lens_id"] == "") & figures["area_type"].isin(["vru", "lad"])
    is_compared = (
        figures["indicator_id"].isin(COMPARED)
        & figures["split"].isin(["all", "domestic"])
        & (figures["breakdown"] == "none")
        & figures["period_type"].isin(["financial_year", "pooled_years"])
        & (figures["area_type"] == "vru")
    )
    return np.asarray(is_told | is_compared, dtype=bool)
