"""What is known of neighbourhoods besides their figures: which touch, and how deprived each is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.publish.area_sets import AreaSet
from pipeline.statistics.intervals import Floats
from pipeline.statistics.space import Neighbours, find_neighbours

# Of fewer places no pattern is told, and no place is set beside them.
FEWEST_PLACES = 10


@dataclass(frozen=True)
class Neighbourhoods:
    """The codes of neighbourhoods with an outline and, in their order, which of them touch; and the tenth of
    deprivation of each that has one, 1 the most deprived."""

    codes: list[str]
    neighbours: Neighbours
    deciles: dict[str, int]

    def on_map(self, areas: AreaSet, values: Floats) -> Floats:
        """The values of the areas of a set in the order of `codes`, nan where there is none."""
        return np.asarray(pd.Series(values, index=areas.codes).reindex(self.codes), dtype=float)


def find_neighbourhoods(areas: pd.DataFrame, sets: list[AreaSet]) -> Neighbourhoods:
    """Of the published areas; without outlines, or without figures of neighbourhoods, no map is drawn."""
    places = areas[areas["area_type"] == "msoa"].sort_values("area_code")
    known = places[places["deprivation_decile"].notna()]
    deciles = {
        str(code): int(decile) for code, decile in known[["area_code", "deprivation_decile"]].to_numpy()
    }
    outlined = places[places["geometry_wkb"].notna()]
    has_figures = any(each.keys["area_type"] == "msoa" for each in sets)
    if outlined.empty or not has_figures:
        return Neighbourhoods([], [], deciles)
    from shapely import from_wkb

    outlines = list(from_wkb(outlined["geometry_wkb"].to_numpy(object)))
    return Neighbourhoods([str(code) for code in outlined["area_code"]], find_neighbours(outlines), deciles)
