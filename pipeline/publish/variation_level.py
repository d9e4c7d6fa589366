"""How much of the variation between districts lies between their police forces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import NOT_AVAILABLE, REPORTED, Judgement
from pipeline.publish.claim_words import in_words, interval_in_words, label_words
from pipeline.publish.variation_districts import Period, find_districts, without_figures
from pipeline.statistics.levels import partition_by_level

STATISTIC = "share_between_forces"
ONE_FORCE = "That takes districts of two police forces or more, and two districts of one of them."


def partition(period: Period, forces: pd.Series) -> Judgement:
    """The part of the variance of log rates between forces; `forces` gives that of each district, by its code."""
    found = find_districts(period, (period.tested,), fewest=3)
    if found.status != REPORTED:
        return without_figures(period, "level", STATISTIC, found, (period.tested,))
    is_placed = np.isin(found.codes, forces.dropna().index)
    codes = np.asarray(found.codes, dtype=object)[is_placed]
    known = list(forces.reindex(codes))
    levels = partition_by_level(found.events[0][is_placed], found.population[0][is_placed], known)
    if np.isnan(levels.force_share):
        untold = replace(found, status=NOT_AVAILABLE, reason=ONE_FORCE)
        return without_figures(period, "level", STATISTIC, untold, (period.tested,))
    share, lower, upper = (
        100 * each for each in (levels.force_share, levels.force_share_lower, levels.force_share_upper)
    )
    return Judgement(
        "level", *period.days, "measured", STATISTIC, share, lower, upper,
        area_count=len(codes), area_type="lad",
        slots={
            **label_words(period.tested.label), "value": in_words(share, 0),
            "interval": interval_in_words(lower, upper, 0, "%"), "force_count": str(len(set(known))),
        },
        numbers={"force_variance": levels.force_variance, "district_variance": levels.area_variance},
        measures=(period.tested,),
    )  # fmt: skip
