"""The districts over which a claim about variation is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.publish.claim_rows import NOT_AVAILABLE, REPORTED, SUPPRESSED, Measure, figures_of
from pipeline.statistics.intervals import Floats


@dataclass(frozen=True, eq=False)
class Districts:
    """The districts that have a figure of each measure asked for: a row a measure, a column a district."""

    status: str
    codes: list[str]
    events: Floats
    population: Floats


def find_districts(
    values: pd.DataFrame, measures: tuple[Measure, ...], fewest: int, least_known_share: float
) -> Districts:
    """The districts with a figure of every measure in `values`, which hold one financial year.

    `suppressed` where under `least_known_share` (0 to 1) of the shown and hidden are shown; `not_available`
    where fewer than `fewest` have figures, or a measure counts nothing.
    """
    frames = [
        figures_of(values, measure, "lad", "financial_year").set_index("area_code") for measure in measures
    ]
    shown = [frame[frame["value_status"] == REPORTED] for frame in frames]
    codes = sorted(set.intersection(*(set(frame.index) for frame in shown)))
    hidden = set.union(*(set(frame.index[frame["value_status"] == SUPPRESSED]) for frame in frames))
    nothing = np.empty((len(measures), 0))
    if hidden and len(codes) < least_known_share * len(set(codes) | hidden):
        return Districts(SUPPRESSED, [], nothing, nothing)
    events = np.array([frame["numerator"].reindex(codes).to_numpy(float) for frame in shown])
    population = np.array([frame["denominator"].reindex(codes).to_numpy(float) for frame in shown])
    if len(codes) < fewest or (events.sum(axis=1) == 0).any():
        return Districts(NOT_AVAILABLE, [], nothing, nothing)
    return Districts(REPORTED, codes, events, population)
