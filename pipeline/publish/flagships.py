"""Which figures the report is for: what is hidden for another's sake should be something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.definition_claim import BROAD_LENS

ON = ["indicator_id", "split", "breakdown", "breakdown_value", "period_type"]
SHARE = "lens_domestic_share"


def find_flagships(figures: pd.DataFrame, claim_measures: pd.DataFrame, own_lens: str) -> np.ndarray:
    """Whether each figure is one of the whole area that a verdict on a claim rests on, or the domestic share, there or
    in a district, of a definition that a claim is about: the area's own and the broad one.

    `figures` are rows of fct_indicator_values, `claim_measures` those of that seed.
    """
    judged = pd.MultiIndex.from_frame(figures[ON]).isin(pd.MultiIndex.from_frame(claim_measures[ON]))
    is_told = judged & figures["lens_id"].isin(["", BROAD_LENS])
    is_share = (figures["indicator_id"] == SHARE) & figures["lens_id"].isin([own_lens, BROAD_LENS])
    is_whole = figures["area_type"] == "vru"
    return ((is_told & is_whole) | (is_share & figures["area_type"].isin(["vru", "lad"]))).to_numpy(bool)
