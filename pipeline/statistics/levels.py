"""At which level rates differ: between areas of one police force, between forces, between regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import ndtri

from pipeline.statistics.intervals import Floats, broadcast, tail_of
from pipeline.statistics.variation import log_rates

# To a hundredth; the last is short of 1, at which areas of one force could not differ at all.
SHARES = np.append(np.arange(100) / 100, 0.999)


@dataclass(frozen=True)
class LevelPartition:
    """The variance of log rates at each level, and each higher level's share of them all (0 to 1).

    A level is nan where it cannot be told from the one below: fewer than two groups, or no group of two.
    `force_share` is what differences of recording between forces could account for at most; its limits (of
    95%, to a hundredth) are nan where regions are told apart.
    """

    area_variance: float
    force_variance: float
    region_variance: float
    force_share: float
    region_share: float
    force_share_lower: float
    force_share_upper: float


def partition_by_level(
    events: ArrayLike, population: ArrayLike, forces: Sequence[str], regions: Sequence[str] | None = None
) -> LevelPartition:
    """The partition for areas within forces within regions, sampling variance taken out.

    Areas without a count or people are left out; under three areas, or without a higher level, all is nan.
    Log rates with a half for no events, as `variation.log_rates`.
    """
    counts, people = broadcast(events=events, population=population)
    is_known = ~np.isnan(counts) & (people > 0)
    effects, variances = log_rates(counts[is_known], people[is_known])
    force = np.asarray(forces, dtype=object)[is_known]
    region = None if regions is None else np.asarray(regions, dtype=object)[is_known]
    if effects.size < 3 or not _is_level(list(force)):
        return LevelPartition(*[np.nan] * 7)
    levels = [force]
    # Only a region with two forces can be told from its forces.
    if region is not None and _is_level(list(dict(zip(force, region, strict=True)).values())):
        levels.append(region)
    area, between, *above = variance_components(effects, variances, levels)
    total = area + between + sum(above)
    lower, upper = (np.nan, np.nan) if above else share_limits(effects, variances, force)
    return LevelPartition(
        area_variance=area,
        force_variance=between,
        region_variance=above[0] if above else np.nan,
        force_share=between / total if total > 0 else 0.0,
        region_share=(above[0] / total if total > 0 else 0.0) if above else np.nan,
        force_share_lower=lower,
        force_share_upper=upper,
    )


def share_limits(
    effects: ArrayLike, variances: ArrayLike, forces: NDArray[np.object_], confidence: float = 0.95
) -> tuple[float, float]:
    """The limits of the share of variance (0 to 1) that lies between forces, of areas within forces alone.

    Profile likelihood, as of a spread: the shares at which the restricted likelihood, at the total variance
    that suits each best, has fallen by half the chi-squared quantile with one degree of freedom.
    """
    y, s2 = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    together = np.asarray(forces[:, None] == forces[None, :], dtype=float)
    highest = np.log(max(float(y.var()), 1e-4)) + 4

    def depth(share: float) -> float:
        mixed = share * together + (1 - share) * np.eye(y.size)
        found = minimize_scalar(
            lambda total: _restricted_depth(y, np.diag(s2) + np.exp(total) * mixed),
            bounds=(highest - 14, highest),
            method="bounded",
        )
        return float(found.fun)

    depths = np.array([depth(share) for share in SHARES])
    is_likely = depths - depths.min() <= ndtri(1 - tail_of(confidence)) ** 2 / 2
    likely = SHARES[is_likely]
    return float(likely[0]), float(likely[-1])


def variance_components(
    effects: ArrayLike, variances: ArrayLike, levels: Sequence[NDArray[np.object_]]
) -> list[float]:
    """The variance of the effects themselves, then that of each level's groups, beyond the known variances.

    Restricted maximum likelihood of a normal multilevel model with known sampling variances (Konstantopoulos
    2011; agrees with R's metafor, `rma.mv`).
    """
    y, s2 = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    shared = [np.asarray(level[:, None] == level[None, :], dtype=float) for level in levels]

    def height(spreads: Floats) -> float:
        covariance = np.diag(s2 + spreads[0] ** 2)
        for spread, together in zip(spreads[1:], shared, strict=True):
            covariance = covariance + spread**2 * together
        return _restricted_depth(y, covariance)

    start = np.full(1 + len(levels), max(float(y.std()), 0.01) / np.sqrt(1 + len(levels)))
    found = minimize(height, start, method="L-BFGS-B", bounds=[(0, None)] * start.size, tol=1e-12)
    return [float(spread) ** 2 for spread in found.x]


def _restricted_depth(y: Floats, covariance: Floats) -> float:
    """Minus the restricted log likelihood of normal effects with a common mean, but for a constant."""
    solved = np.linalg.solve(covariance, np.column_stack([np.ones(y.size), y]))
    weight = solved[:, 0].sum()
    distance = y - (solved[:, 1].sum() / weight)
    fit = float(distance @ (solved[:, 1] - solved[:, 0] * (solved[:, 1].sum() / weight)))
    return float(np.linalg.slogdet(covariance)[1] + np.log(weight) + fit) / 2


def _is_level(groups: list[str]) -> bool:
    """Whether there are two groups or more, and two members in one of them."""
    return 1 < len(set(groups)) < len(groups)
