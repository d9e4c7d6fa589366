"""How steeply a value falls or rises from the most to the least deprived: slope and relative index.

The last axis of every array is the groups (tenths or fifths of deprivation, say), in order of rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtri

from pipeline.statistics.intervals import Estimate, Floats, broadcast, check_multiplier, tail_of

Scale = Literal["identity", "log", "logit"]
FEWEST_GROUPS = 5


@dataclass(frozen=True, eq=False)
class Inequality:
    """The slope index (the value at the end of the ranks less that at their start, in the unit of the
    value) and the relative index (the one over the other), each with limits; nan where a number is missing.
    """

    slope: Estimate
    relative: Estimate


def slope_and_relative_index(
    values: ArrayLike,
    population: ArrayLike,
    standard_errors: ArrayLike,
    *,
    scale: Scale = "identity",
    is_fitted_on_scale: bool = False,
    multiplier: float = 1.0,
    repetitions: int = 10_000,
    seed: int = 2004,
    confidence: float = 0.95,
) -> Inequality:
    """Slope and relative index of inequality with simulated limits, an element a series of groups.

    A line through the values at the middle of each group's part of the cumulative population, by least
    squares weighted with the population (Low & Low 2004, Journal of Public Health 26, 388-395). `scale` is
    that on which the values have the `standard_errors` and are normal: 'log' for rates, 'logit' for shares
    (0 to 1); `is_fitted_on_scale` fits the line there too, and turns its ends back. Limits: quantiles of
    the indices of `repetitions` values drawn with these errors, the same draws for each series (as
    PHEindicatormethods' phe_sii). The relative index is nan where the line starts at 0 or under, and its
    limits are where one of those drawn does. Fewer than 5 groups, a group without people, or a value
    outside the scale raise ValueError.
    """
    given, people, errors = broadcast(values=values, population=population, standard_errors=standard_errors)
    check_multiplier(multiplier)
    if given.ndim == 0 or given.shape[-1] < FEWEST_GROUPS:
        raise ValueError("values must have a last axis of 5 groups or more")
    if np.any(people == 0):
        raise ValueError("population must be over 0 in every group")
    on_scale = _onto(given, scale)
    slope, relative = _indices(on_scale, people, scale, is_fitted_on_scale)
    draws = np.random.default_rng(seed).standard_normal((repetitions, given.shape[-1]))
    simulated = on_scale[..., np.newaxis, :] + errors[..., np.newaxis, :] * draws
    slopes, relatives = _indices(simulated, people[..., np.newaxis, :], scale, is_fitted_on_scale)
    tail = tail_of(confidence)
    limits = [np.quantile(index, [tail, 1 - tail], axis=-1) for index in (slopes, relatives)]
    (low, high), (relative_low, relative_high) = limits
    return Inequality(
        slope=Estimate(np.asarray(slope * multiplier), low * multiplier, high * multiplier),
        relative=Estimate(np.asarray(relative), relative_low, relative_high),
    )


def standard_errors_from(
    lower: ArrayLike, upper: ArrayLike, scale: Scale = "identity", confidence: float = 0.95
) -> Floats:
    """The standard errors, on the scale, of values with these limits: half their distance over z."""
    low, high = broadcast(lower=lower, upper=upper)
    return (_onto(high, scale) - _onto(low, scale)) / (-2 * ndtri(tail_of(confidence)))


def _onto(values: Floats, scale: Scale) -> Floats:
    if scale == "identity":
        return values
    if np.any(values <= 0) or (scale == "logit" and np.any(values >= 1)):
        raise ValueError(
            f"values must lie {'between 0 and 1' if scale == 'logit' else 'over 0'} for the {scale} scale"
        )
    return np.asarray(np.log(values) if scale == "log" else logit(values))


def _back(on_scale: Floats, scale: Scale) -> Floats:
    return {"identity": np.asarray, "log": np.exp, "logit": expit}[scale](on_scale)


def _indices(
    on_scale: Floats, people: Floats, scale: Scale, is_fitted_on_scale: bool
) -> tuple[Floats, Floats]:
    """Slope and relative index of values on the scale, over the last axis."""
    share = people / people.sum(axis=-1, keepdims=True)
    rank = np.cumsum(share, axis=-1) - share / 2
    # The weighted mean of the ranks is a half whatever the shares.
    distance = share * (rank - 0.5)
    y = on_scale if is_fitted_on_scale else _back(on_scale, scale)
    gradient = (distance * y).sum(axis=-1) / (distance * (rank - 0.5)).sum(axis=-1)
    middle = (share * y).sum(axis=-1)
    start, end = middle - gradient / 2, middle + gradient / 2
    if is_fitted_on_scale:
        start, end = _back(start, scale), _back(end, scale)
    return end - start, end / np.where(start > 0, start, np.nan)
