"""Which figures the report is for: what is hidden for another's sake should be something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.definition_claim import BROAD_LENS
from pipeline.publish.open_offences import OPEN, SHARE

# Knife crime and the grant measures differ by a few homicides: where one of the two must go, knife crime is told.
KNIFE_SHARE = "knife_crime_domestic_share"
ON = ["indicator_id", "split", "breakdown", "breakdown_value", "period_type"]


def find_flagships(figures: pd.DataFrame, claim_measures: pd.DataFrame, own_lens: str) -> np.ndarray:
    """Whether each figure is one that a verdict on a claim rests on, of the whole area or a district; or the domestic
    share, with its bounds, of a definition that a claim is about, the area's own and the broad one; or the domestic
    share of knife crime. Those of definitions, and knife crime, count for the whole area alone: by district the counts
    that no definition asks for are worth more.

    `figures` are rows of fct_indicator_values, `claim_measures` those of that seed.
    """
    judged = pd.MultiIndex.from_frame(figures[ON]).isin(pd.MultiIndex.from_frame(claim_measures[ON]))
    lens_id, area_type = figures["lens_id"], figures["area_type"]
    is_told = judged & (lens_id == "") & area_type.isin(["vru", "lad"])
    indicator_id = figures["indicator_id"]
    is_of_claim = (judged & (lens_id == BROAD_LENS)) | (
        indicator_id.isin([SHARE, *OPEN.values()]) & lens_id.isin([own_lens, BROAD_LENS])
    )
    is_of_area = is_of_claim | (indicator_id == KNIFE_SHARE)
    return np.asarray(is_told | (is_of_area & (area_type == "vru")), dtype=bool)
