"""Which figures the report is for: what is hidden for another's sake should be something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.definition_claim import BROAD_LENS
from pipeline.publish.open_offences import OPEN, SHARE

# Knife crime and the grant measures differ by a few homicides: where one of the two must go, knife crime is told.
KNIFE_SHARE = "knife_crime_domestic_share"
# What the area's own definition counts of all offences, with the most that it may: ranks and money are told by it.
OWN_RATE, WHOLE = "lens_offence_rate", ["all", "none"]
ON = ["indicator_id", "split", "breakdown", "breakdown_value", "period_type"]
# What a claim sets beside its own measure, of the whole area alone.
OF_AREA_ALONE = ["other_denominator", "other_of_all"]


def find_flagships(figures: pd.DataFrame, claim_measures: pd.DataFrame, own_lens: str) -> np.ndarray:
    """Whether each figure is one that the report is for.

    That is what a verdict on a claim rests on, of the whole area or a district (OF_AREA_ALONE of the whole area); what
    the area's own definition counts by district; and of the whole area alone the domestic share, with its bounds, of a
    definition that a claim is about, the area's own and the broad one, and that of knife crime: by district the counts
    that no definition asks for are worth more.

    `figures` are rows of fct_indicator_values, `claim_measures` those of that seed.
    """
    cells = pd.MultiIndex.from_frame(figures[ON])
    of_district = claim_measures[~claim_measures["role"].isin(OF_AREA_ALONE)]
    judged, judged_by_district = (
        cells.isin(pd.MultiIndex.from_frame(measures[ON])) for measures in (claim_measures, of_district)
    )
    lens_id, area_type = figures["lens_id"], figures["area_type"]
    is_judged = (judged & (area_type == "vru")) | (judged_by_district & (area_type == "lad"))
    is_told = is_judged & (lens_id == "")
    indicator_id = figures["indicator_id"]
    is_of_claim = (judged & (lens_id == BROAD_LENS)) | (
        indicator_id.isin([SHARE, *OPEN.values()]) & lens_id.isin([own_lens, BROAD_LENS])
    )
    is_of_area = is_of_claim | (indicator_id == KNIFE_SHARE)
    is_own = (
        (indicator_id == OWN_RATE)
        & (lens_id == own_lens)
        & (figures[["split", "breakdown"]] == WHOLE).all(axis=1)
    )
    return np.asarray(
        is_told | (is_of_area & (area_type == "vru")) | (is_own & (area_type == "lad")), dtype=bool
    )
