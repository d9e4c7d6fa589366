"""What is lost when a count is hidden, so that what is hidden for another's sake loses little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.publish.cells import KEY

KINDS = "offence_subgroup"
# How many figures a whole total of harm or cost is worth, and how many times its own a total without any division.
WEIGHTED_TOTAL = 20.0
WHOLE = 5.0
# How many figures the bounds of one are worth: the least, the most, and whether a verdict can rest on it.
BOUNDS = 3
# How many times its own a count is worth on which a flagship rests: something else goes wherever anything can.
FLAGSHIP = 20.0


def find_costs(
    cells: pd.DataFrame,
    behind: list[np.ndarray],
    weighted_measures: set[str],
    weights: pd.DataFrame,
    flagships: np.ndarray,
) -> pd.Series:
    """The cost of hiding each cell, in the order of `cells`: log(1 + count) + 1, times what rests on it.

    `behind` are arrays of cell_id (nan: none), one element a figure: each figure hidden with a cell counts 1, its
    bounds BOUNDS (their cells come so often). A kind of offence counts WEIGHTED_TOTAL more for each weighting of
    `weights` (rows of offence_weights) in proportion to its part of the total: without it the total would be told as a
    least. The area's own totals, undivided, are what reports begin with: they cost WHOLE times as much. `flagships` are
    the cell_id (nan: none) of counts behind figures that the report is for: they cost FLAGSHIP times as much.
    """
    figures = pd.Series(np.concatenate([np.zeros(0), *behind])).dropna().value_counts()
    uses = cells["cell_id"].map(figures).fillna(0.0)
    is_kind = (cells["breakdown"] == KINDS) & cells["measure_id"].isin(weighted_measures)
    kinds = cells[is_kind].merge(
        weights[[KINDS, "weight", "weighting"]], left_on="breakdown_value", right_on=KINDS
    )
    kinds["weighed"] = kinds["count"] * kinds["weight"]
    whole = kinds.groupby([*(name for name in KEY if name != "breakdown_value"), "weighting"], dropna=False)[
        "weighed"
    ].transform("sum")
    part = (kinds["weighed"] / whole.where(whole > 0)).groupby(kinds["cell_id"]).sum()
    worth = (uses + WEIGHTED_TOTAL * cells["cell_id"].map(part).fillna(0.0)).clip(lower=1.0)
    is_whole = (cells["area_type"] == "vru") & (cells["breakdown"] == "none") & (cells["split"] == "all")
    flagship = np.where(cells["cell_id"].isin(flagships), FLAGSHIP, 1.0)
    return (np.log1p(cells["count"]) + 1) * worth * np.where(is_whole, WHOLE, 1.0) * flagship
