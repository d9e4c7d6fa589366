"""The spread of areas' log rates by maximum likelihood: counts are Poisson, log rates are normal.

A count of none is a count like any here, so nothing is added to it. Thousands of sets of areas at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtri

from pipeline.statistics.intervals import Estimate, Floats, broadcast, tail_of

NODES = 9
MOST_STEPS = 100
# Excess variance under this part of the Poisson variance is none.
NEGLIGIBLE = 1e-4
# A variance of log rates over this is a likelihood that grows without end.
BOUNDLESS = 100.0


@dataclass(frozen=True, eq=False)
class LogNormalFit:
    """For each set of areas `mean` and `spread` of their log rates; nan without events or under two areas.

    Also nan where events are so few that the likelihood grows without end, as with one event in all.
    `area_mean` and `area_spread` have an element an area: what the model knows of its log rate, given its
    count (empirical Bayes).
    """

    mean: Floats
    spread: Floats
    area_mean: Floats
    area_spread: Floats


@dataclass(frozen=True, eq=False)
class _Moments:
    """Of each area's log rate less the common mean, given its count: the posterior moments that Newton needs.

    `log_likelihood` is the area's own, but for what no parameter changes.
    """

    mode: Floats
    log_likelihood: Floats
    first: Floats
    second: Floats
    variance: Floats
    covariance_with_square: Floats
    variance_of_square: Floats


def fit_poisson_lognormal(
    events: ArrayLike, population: ArrayLike, *, is_restricted: bool = True
) -> LogNormalFit:
    """The fit of each set of areas along the last axis, by adaptive Gauss-Hermite quadrature (9 nodes).

    Model of Clayton & Kaldor 1987 without neighbours; nodes about each area's mode, Liu & Pierce 1994;
    Newton's steps with the Hessian of Louis 1982. Restricted: the penalty of Cox & Reid 1987 for the mean
    being estimated too, without which five areas look a tenth more alike than they are. It comes down from
    a spread that chance is still part of, and stops at the first maximum; what is left is 0 where it is under
    a hundredth of the typical standard error. Areas without a count or people must not be passed: they make
    their set nan.
    """
    counts, people = broadcast(events=events, population=population)
    if counts.ndim == 0:
        raise ValueError("events must have an axis of areas")
    shape = counts.shape
    o, n = counts.reshape(-1, shape[-1]), people.reshape(-1, shape[-1])
    sets, k = o.shape
    mean, variance = np.full(sets, np.nan), np.full(sets, np.nan)
    area_mean, area_spread = np.full(o.shape, np.nan), np.full(o.shape, np.nan)

    active = np.flatnonzero(np.all((n > 0) & ~np.isnan(o), axis=1) & (np.nansum(o, axis=1) > 0) & (k > 1))
    mode, m, v = _start(o[active], n[active])
    for step in range(MOST_STEPS):
        if active.size == 0:
            break
        moments = _posterior(o[active], n[active], m, v, mode, searches=8 if step == 0 else 2)
        mode = moments.mode
        change_m, change_log_v = _newton_step(moments, v, is_restricted)
        m, v = m + change_m, v * np.exp(change_log_v)
        common = np.log(o[active].sum(axis=1) / n[active].sum(axis=1))
        is_none = v < _negligible(o[active], n[active])
        is_settled = (np.abs(change_m) < 1e-7) & (np.abs(change_log_v) < 1e-6)
        is_done = is_none | is_settled
        done = active[is_done]
        mean[done] = np.where(is_none, common, m)[is_done]
        variance[done] = np.where(is_none, 0.0, v)[is_done]
        area_mean[done] = np.where(is_none[:, None], common[:, None], m[:, None] + moments.first)[is_done]
        area_spread[done] = np.where(is_none[:, None], 0.0, np.sqrt(moments.variance))[is_done]
        goes_on = ~is_done & (v < BOUNDLESS)
        active, mode, m, v = active[goes_on], mode[goes_on], m[goes_on], v[goes_on]
    return LogNormalFit(
        mean=mean.reshape(shape[:-1]),
        spread=np.sqrt(variance).reshape(shape[:-1]),
        area_mean=area_mean.reshape(shape),
        area_spread=area_spread.reshape(shape),
    )


def spread_with_limits(events: ArrayLike, population: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The spread of one set of areas with the limits at which the restricted likelihood has fallen too far.

    Too far is half the chi-squared quantile with one degree of freedom (profile likelihood, as R's lme4); the
    lower limit is 0 where no spread at all is likely enough. nan as in `LogNormalFit`.
    """
    spread = fit_poisson_lognormal(events, population).spread
    if spread.ndim != 0:
        raise ValueError("events must be one count an area, in one dimension")
    if np.isnan(spread):
        return Estimate(spread, spread, spread)
    o, n = (np.atleast_2d(each) for each in broadcast(events=events, population=population))
    least = float(_negligible(o, n)[0])
    best = max(float(spread) ** 2, least)
    floor = _restricted_height(o, n, best) - ndtri(1 - tail_of(confidence)) ** 2 / 2

    def above_floor(log_variance: float) -> float:
        return _restricted_height(o, n, float(np.exp(log_variance))) - floor

    lower = 0.0
    if best > least and above_floor(np.log(least)) < 0:
        lower = np.exp(brentq(above_floor, np.log(least), np.log(best)) / 2)
    highest = np.log(best)
    while above_floor(highest) > 0 and highest < np.log(BOUNDLESS):
        highest += 1
    is_bounded = above_floor(highest) <= 0
    upper = np.exp(brentq(above_floor, highest - 1, highest) / 2) if is_bounded else np.inf
    return Estimate(spread, np.asarray(lower), np.asarray(upper))


def _start(o: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Log rates, and their mean and variance by set: above what is looked for, since chance is still in it."""
    rough = np.log((o + 0.5) / n)
    mean = rough.mean(axis=1)
    return rough, mean, np.maximum(((rough - mean[:, None]) ** 2).sum(axis=1) / (o.shape[1] - 1), 1e-3)


def _negligible(o: Floats, n: Floats) -> Floats:
    """The variance of log rates, by set, that nothing could tell from none."""
    return NEGLIGIBLE / (o.sum(axis=1) / n.sum(axis=1) * n.mean(axis=1))


def _restricted_height(o: Floats, n: Floats, variance: float) -> float:
    """The restricted log likelihood of one set under this variance, at the mean that suits it best."""
    mode, m, _ = _start(o, n)
    v = np.array([variance])
    for step in range(MOST_STEPS):
        moments = _posterior(o, n, m, v, mode, searches=8 if step == 0 else 2)
        told = _told(moments, v).sum(axis=1)
        change = np.clip(moments.first.sum(axis=1) / v / told, -1, 1)
        mode, m = moments.mode, m + change
        if np.abs(change[0]) < 1e-8:
            break
    return float(moments.log_likelihood.sum() - np.log(told[0]) / 2)


def _told(moments: _Moments, v: Floats) -> Floats:
    """What each area tells of the mean: 1 / (v + 1 / events) were its log rate normal."""
    return np.maximum(1 / v[:, None] - moments.variance / v[:, None] ** 2, 1e-300)


def _posterior(o: Floats, n: Floats, m: Floats, v: Floats, mode: Floats, searches: int) -> _Moments:
    """The moments of each area's log rate about the mean `m` under variance `v`, searched for from `mode`."""
    precision = 1 / v[:, None]
    for _ in range(searches):
        expected = n * np.exp(mode)
        slope = o - expected - (mode - m[:, None]) * precision
        # From far below the mode a full step would overflow the exponential.
        mode = mode + np.clip(slope / (expected + precision), -2, 2)
    expected = n * np.exp(mode)
    scale = 1 / np.sqrt(expected + precision)
    distance = mode - m[:, None]

    sums = [np.zeros(o.shape) for _ in range(5)]
    for node, weight in zip(*hermegauss(NODES), strict=True):
        move = scale * node
        log_density = (
            o * move - expected * np.expm1(move) - move * (distance + move / 2) * precision + node**2 / 2
        )
        term = weight * np.exp(log_density)
        for power in range(5):
            sums[power] += term * node**power
    u1, u2, u3, u4 = (total / sums[0] for total in sums[1:])
    variance = u2 - u1**2
    covariance = u3 - u1 * u2
    return _Moments(
        mode=mode,
        log_likelihood=o * mode
        - expected
        - distance**2 * precision / 2
        + np.log(scale * sums[0] * precision**0.5),
        first=distance + scale * u1,
        second=distance**2 + 2 * distance * scale * u1 + scale**2 * u2,
        variance=scale**2 * variance,
        covariance_with_square=2 * distance * scale**2 * variance + scale**3 * covariance,
        variance_of_square=4 * distance**2 * scale**2 * variance
        + 4 * distance * scale**3 * covariance
        + scale**4 * (u4 - u2**2),
    )


def _newton_step(moments: _Moments, v: Floats, is_restricted: bool) -> tuple[Floats, Floats]:
    """The step of the mean and of the log variance; where the surface bends up, the step of the EM algorithm."""
    k = moments.first.shape[1]
    first, second = moments.first.sum(axis=1), moments.second.sum(axis=1)
    slope_m = first / v
    slope_v = second / (2 * v) - k / 2
    bend_mm = -k / v + moments.variance.sum(axis=1) / v**2
    bend_mv = -first / v + moments.covariance_with_square.sum(axis=1) / (2 * v**2)
    bend_vv = -second / (2 * v) + moments.variance_of_square.sum(axis=1) / (4 * v**2)
    if is_restricted:
        told = _told(moments, v)
        t1, t2, t3 = told.sum(axis=1), (told**2).sum(axis=1), (told**3).sum(axis=1)
        slope_v += v * t2 / (2 * t1)
        bend_vv += v * t2 / (2 * t1) + v**2 * ((t2 / t1) ** 2 / 2 - t3 / t1)
    determinant = bend_mm * bend_vv - bend_mv**2
    is_hill = (bend_mm < 0) & (determinant > 0)
    safe = np.where(is_hill, determinant, 1.0)
    step_m = np.where(is_hill, -(bend_vv * slope_m - bend_mv * slope_v) / safe, first / k)
    step_v = np.where(is_hill, -(bend_mm * slope_v - bend_mv * slope_m) / safe, 2 * slope_v / k)
    return np.clip(step_m, -1, 1), np.clip(step_v, -1.5, 1.5)
