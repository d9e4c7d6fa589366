"""Log-linear models of counts with levels and one slope, many series at once: Poisson or negative binomial.

The model behind `pipeline.statistics.trend` and `pipeline.statistics.season`; it expects series that have points and
events enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.intervals import Floats

# Where dispersion is looked for: 45 halvings leave 1e-12 of it.
LEAST_DISPERSION, MOST_DISPERSION, HALVINGS = 1e-9, 1e4, 45
MOST_STEPS, LONGEST_STEP, SMALLEST_STEP = 100, 3.0, 1e-10


@dataclass(frozen=True, eq=False)
class LogLinear:
    """What is to be fitted: `counts` by series and point, `offset` (the logarithm of what they are counted
    in) and `used` (the weight: 0 of a point not used) likewise, `design` by point and coefficient: 0 or 1 for
    each level, then time.
    """

    counts: Floats
    offset: Floats
    design: Floats
    used: Floats


def dispersion_of(model: LogLinear, df: NDArray[np.int64]) -> Floats:
    """The alpha of each series at which Pearson's chi-squared is its degrees of freedom; 0 where not more."""
    alpha = np.zeros(df.shape)
    beta = _fit(model, alpha)
    is_overdispersed = _pearson(model, alpha, beta) > df
    if not is_overdispersed.any():
        return alpha
    some = LogLinear(
        counts=model.counts[is_overdispersed],
        offset=model.offset[is_overdispersed],
        design=model.design,
        used=model.used[is_overdispersed],
    )
    beta = beta[is_overdispersed]
    low, high = (np.full(len(beta), np.log(bound)) for bound in (LEAST_DISPERSION, MOST_DISPERSION))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        beta = _fit(some, np.exp(middle), beta)
        is_more = _pearson(some, np.exp(middle), beta) > df[is_overdispersed]
        low, high = np.where(is_more, middle, low), np.where(is_more, high, middle)
    alpha[is_overdispersed] = np.exp((low + high) / 2)
    return alpha


def slope_of(model: LogLinear, alpha: Floats) -> tuple[Floats, Floats]:
    """The slope of the logarithm a year, and its variance, for each series with this dispersion."""
    beta = _fit(model, alpha)
    mean = _mean(model, beta)
    weight = model.used * mean / (1 + alpha[:, np.newaxis] * mean)
    return beta[:, -1], np.asarray(np.linalg.inv(_information(model, weight))[:, -1, -1])


def coefficients_of(model: LogLinear) -> Floats:
    """The most likely coefficients of each series, by series and coefficient, where counts are Poisson's."""
    return _fit(model, np.zeros(len(model.counts)))


def means_of(model: LogLinear) -> Floats:
    """What that model expects of each series and point."""
    return _mean(model, coefficients_of(model))


def _mean(model: LogLinear, beta: Floats) -> Floats:
    return np.asarray(np.exp(model.offset + beta @ model.design.T))


def _pearson(model: LogLinear, alpha: Floats, beta: Floats) -> Floats:
    mean = _mean(model, beta)
    residuals = model.used * (model.counts - mean) ** 2 / (mean + alpha[:, np.newaxis] * mean**2)
    return np.asarray(residuals.sum(axis=-1))


def _fit(model: LogLinear, alpha: Floats, start: Floats | None = None) -> Floats:
    """The most likely levels and slope, by Newton's steps, none of which moves a count by more than e^3.

    The log-likelihood has one summit only; what has not reached it in 100 steps raises ArithmeticError.
    """
    spread = alpha[:, np.newaxis]
    if start is None:
        logarithms = model.used * (np.log(model.counts + 0.5) - model.offset)
        start = _solve(_information(model, model.used), logarithms @ model.design)
    beta = start
    for _ in range(MOST_STEPS):
        mean = _mean(model, beta)
        weight = model.used / (1 + spread * mean)
        curvature = weight * mean * (1 + spread * model.counts) / (1 + spread * mean)
        step = _solve(_information(model, curvature), (weight * (model.counts - mean)) @ model.design)
        farthest = np.abs(model.used * (step @ model.design.T)).max(axis=-1, initial=0.0)
        if np.all(farthest < SMALLEST_STEP):
            return beta
        step *= np.minimum(1.0, LONGEST_STEP / np.maximum(farthest, LONGEST_STEP))[:, np.newaxis]
        beta = beta + step
    raise ArithmeticError("a trend was not found in 100 steps: its counts are of too different sizes")


def _information(model: LogLinear, weight: Floats) -> Floats:
    matrix = np.einsum("st,ti,tj->sij", weight, model.design, model.design)
    # A level without points stays at 0, and takes no part.
    is_empty = np.einsum("sii->si", matrix) == 0
    return np.asarray(matrix + is_empty[:, :, np.newaxis] * np.eye(matrix.shape[-1]))


def _solve(matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, right[:, :, np.newaxis])[:, :, 0])
