"""Whether areas that touch are alike, where high rates lie together, and rates steadied by the whole.

libpysal and esda are slow to start and are imported when they are first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from pipeline.statistics.intervals import Floats, broadcast

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

PERMUTATIONS = 999
Neighbours = list[list[int]]


@dataclass(frozen=True)
class Autocorrelation:
    """Moran's I of the areas that have a value and a neighbour with one; nan under three, or all alike.

    `expected` is what areas strewn at random would give, `p_value` two-sided by 999 permutations.
    """

    area_count: int
    value: float
    expected: float
    p_value: float


@dataclass(frozen=True, eq=False)
class HotSpots:
    """Getis and Ord's local Gi* of each area as a standard normal score, with its two-sided p-value; nan for
    areas without a value or without neighbours."""

    score: Floats
    p_value: Floats


def find_neighbours(outlines: Sequence[BaseGeometry]) -> Neighbours:
    """For each outline the positions of those that touch it, were it in a point (queen); none for an island."""
    import geopandas as gpd
    from libpysal.graph import Graph

    graph = Graph.build_contiguity(gpd.GeoSeries(list(outlines)), rook=False)
    pairs = graph.adjacency.index[graph.adjacency.to_numpy() > 0]
    neighbours: Neighbours = [[] for _ in outlines]
    for place, other in pairs:
        neighbours[place].append(int(other))
    return [sorted(others) for others in neighbours]


def spatial_autocorrelation(values: ArrayLike, neighbours: Neighbours, seed: int = 1) -> Autocorrelation:
    """Moran's I, each area's neighbours weighing 1 together (row-standardised; Moran 1950; Cliff & Ord 1981).

    Areas without a value are taken off the map; those that then have no neighbour are left out, as R's spdep
    does with `adjust.n`.
    """
    from esda.moran import Moran

    y, kept = _on_the_map(values, neighbours)
    if len(kept) < 3 or np.ptp(y) == 0:
        return Autocorrelation(len(kept), np.nan, np.nan, np.nan)
    weights = _weights(kept)
    found = Moran(y, weights, transformation="r", permutations=0)
    # esda draws from the one generator that all programs share: ours has a seed and leaves that alone.
    random = np.random.default_rng(seed)
    centred = y - y.mean()
    shuffled = random.permuted(np.tile(centred, (PERMUTATIONS, 1)), axis=1)
    drawn = ((weights.sparse @ shuffled.T).T * shuffled).sum(axis=1) / (centred**2).sum()
    above, below = (drawn >= found.I).sum(), (drawn <= found.I).sum()
    p_value = min(1.0, 2 * (1 + min(above, below)) / (1 + PERMUTATIONS))
    return Autocorrelation(len(kept), float(found.I), float(found.EI), float(p_value))


def hot_spots(values: ArrayLike, neighbours: Neighbours) -> HotSpots:
    """Gi* with binary weights, each area counted among its neighbours (Ord & Getis 1995): the classic form.

    Not corrected for their number: some areas of many stand out by chance. Local Moran is not used: programs
    differ by (n - 1) / n in it.
    """
    from esda.getisord import G_Local

    every = np.asarray(values, dtype=float)
    y, kept = _on_the_map(every, neighbours)
    score = np.full(every.shape, np.nan)
    if len(kept) >= 3 and np.ptp(y) > 0:
        # Left to add the area itself, esda warns of every map in two parts.
        with_itself = {place: [place, *others] for place, others in kept.items()}
        found = G_Local(y, _weights(with_itself), transform="B", permutations=0, star=True)
        score[list(kept)] = found.Zs
    return HotSpots(score, 2 * ndtr(-np.abs(score)))


def empirical_bayes_rates(events: ArrayLike, population: ArrayLike) -> Floats:
    """The rate of each area, a fraction, drawn towards that of all by as much as chance is in it.

    Marshall 1991, as esda and R's spdep (`EBest`); where areas differ by no more than chance, all have the
    common rate (esda alone would go beyond it). nan where a count or the people are missing.
    """
    from esda.smoothing import Empirical_Bayes

    counts, people = broadcast(events=events, population=population)
    is_known = ~np.isnan(counts) & (people > 0)
    o, n = counts[is_known], people[is_known]
    rates = np.full(counts.shape, np.nan)
    if o.sum() == 0:
        rates[is_known] = 0.0
        return rates
    common = o.sum() / n.sum()
    between = (n * (o / n - common) ** 2).sum() / n.sum() - common / n.mean()
    rates[is_known] = Empirical_Bayes(o, n).r.ravel() if between > 0 else common
    return rates


def _on_the_map(values: ArrayLike, neighbours: Neighbours) -> tuple[Floats, dict[int, list[int]]]:
    """The values of areas that have one and a neighbour with one, and those neighbours by position."""
    y = np.asarray(values, dtype=float)
    if y.ndim != 1 or y.size != len(neighbours):
        raise ValueError("values must be one number an area, as many as there are lists of neighbours")
    known = {
        place: [other for other in others if not np.isnan(y[other])]
        for place, others in enumerate(neighbours)
        if not np.isnan(y[place])
    }
    kept = {place: others for place, others in known.items() if others}
    return y[list(kept)], kept


def _weights(kept: dict[int, list[int]]) -> Any:
    from libpysal.weights import W

    return W(kept, id_order=list(kept), silence_warnings=True)
