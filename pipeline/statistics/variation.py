"""How much the rates of areas differ beyond chance: tests, variances between areas, and ratios made of them.

Areas lie along the last axis. `spread` is always the standard deviation of the areas' true log rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtri, ndtri

from pipeline.statistics.intervals import Floats, as_counts, broadcast

# The median of |difference| of two areas is this many standard deviations: sqrt(2) * Phi^-1(0.75), 0.954.
MEDIAN_DIFFERENCE = float(np.sqrt(2) * ndtri(0.75))
# From the area at the tenth percentile to the one at the ninetieth.
NINETY_TEN = float(2 * ndtri(0.9))
FEWEST_EXPECTED = 5
SIMULATIONS = 9_999


@dataclass(frozen=True)
class Homogeneity:
    """Whether areas could all have one rate; all but `area_count` are nan under two areas or without events.

    `statistic` is Poisson's dispersion, sum (O - E)^2 / E, with `p_value` its chance under one common rate.
    `q` is Cochran's on log rates, `i_squared` (0 to 1) the part of it beyond chance, `h_squared` q over its
    degrees of freedom.
    """

    area_count: int
    statistic: float
    p_value: float
    q: float
    i_squared: float
    h_squared: float


def homogeneity(events: ArrayLike, population: ArrayLike, seed: int = 1) -> Homogeneity:
    """The tests of one common rate over one set of areas, from a count and a population each.

    The p-value is chi-squared with k - 1 degrees of freedom (Fisher 1950); where an area expects under 5
    events, it is the share of 9,999 multinomial draws (with `seed`) at least as dispersed. Q, I-squared and
    H-squared: Higgins & Thompson 2002, I-squared never under 0. Areas without a count or people are left out.
    """
    counts, people = known_areas(events, population)
    k = counts.size
    if k < 2 or counts.sum() == 0:
        return Homogeneity(k, np.nan, np.nan, np.nan, np.nan, np.nan)
    expected = people * (counts.sum() / people.sum())
    statistic = float((((counts - expected) ** 2) / expected).sum())
    if expected.min() >= FEWEST_EXPECTED:
        p_value = float(chdtrc(k - 1, statistic))
    else:
        drawn = np.random.default_rng(seed).multinomial(
            round(counts.sum()), people / people.sum(), size=SIMULATIONS
        )
        simulated = (((drawn - expected) ** 2) / expected).sum(axis=1)
        # Equal tables must count as equal, whatever order their cells were added in.
        p_value = float((1 + (simulated >= statistic * (1 - 1e-12)).sum()) / (1 + SIMULATIONS))
    q = cochran_q(*log_rates(counts, people))
    return Homogeneity(k, statistic, p_value, q, max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0, q / (k - 1))


def known_areas(events: ArrayLike, population: ArrayLike) -> tuple[Floats, Floats]:
    """The counts and populations of the areas that have both; ValueError unless one dimension of counts."""
    counts, people = broadcast(events=events, population=population)
    if counts.ndim != 1:
        raise ValueError("events must be one count an area, in one dimension")
    is_known = ~np.isnan(counts) & (people > 0)
    return counts[is_known], people[is_known]


def log_rates(events: ArrayLike, population: ArrayLike) -> tuple[Floats, Floats]:
    """The log rate of each area and its sampling variance, 1 / events.

    A half stands for no events, there alone, as in R's metafor with `to="only0"`: a convention, and a bias
    that the Poisson-lognormal model does without.
    """
    counts, people = broadcast(events=events, population=population)
    some = np.where(counts == 0, 0.5, counts)
    return np.log(some / np.where(people > 0, people, np.nan)), 1 / some


def cochran_q(effects: ArrayLike, variances: ArrayLike) -> float:
    """The sum of squared distances from the inverse-variance mean, each over its variance (Cochran 1954)."""
    y, w = np.asarray(effects, dtype=float), 1 / np.asarray(variances, dtype=float)
    return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())


def dersimonian_laird(effects: ArrayLike, variances: ArrayLike) -> float:
    """The variance between areas by moments, never under 0 (DerSimonian & Laird 1986); nan under two areas."""
    w = 1 / np.asarray(variances, dtype=float)
    if w.size < 2:
        return np.nan
    scale = w.sum() - (w**2).sum() / w.sum()
    return float(max(0.0, (cochran_q(effects, variances) - (w.size - 1)) / scale))


def paule_mandel(effects: ArrayLike, variances: ArrayLike) -> float:
    """The variance between areas at which Q equals its degrees of freedom, 0 where none does; nan under two.

    Paule & Mandel 1982; Newton's steps of DerSimonian & Kacker 2007, which only ever climb to the root.
    """
    y, s2 = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    if y.size < 2:
        return np.nan
    between = 0.0
    for _ in range(200):
        w = 1 / (s2 + between)
        distance = (y - (w * y).sum() / w.sum()) ** 2
        excess = float((w * distance).sum()) - (y.size - 1)
        step = excess / float((w**2 * distance).sum()) if excess > 0 else 0.0
        between += step
        if step <= 1e-12 * between:
            break
    return between


def median_rate_ratio(spread: ArrayLike) -> Floats:
    """The typical factor between the higher and the lower rate of two areas drawn at random, 1 or more.

    exp(0.954 spread), after the median odds ratio of Larsen & Merlo 2005.
    """
    return np.asarray(np.exp(MEDIAN_DIFFERENCE * as_counts(spread, "spread")))


def ninety_ten_ratio(spread: ArrayLike) -> Floats:
    """The rate that a tenth of areas exceed over the rate that a tenth stay under, chance taken out."""
    return np.asarray(np.exp(NINETY_TEN * as_counts(spread, "spread")))


def systematic_component(events: ArrayLike, population: ArrayLike) -> float:
    """100 times the mean of ((O - E)^2 - E) / E^2 over areas; under 0 where they differ less than by chance.

    McPherson 1982; E takes every area at the common rate. nan under two areas or without events.
    """
    counts, people = known_areas(events, population)
    if counts.size < 2 or counts.sum() == 0:
        return np.nan
    expected = people * (counts.sum() / people.sum())
    return float(100 * np.mean(((counts - expected) ** 2 - expected) / expected**2))


def minimum_detectable_ratio(area_count: int, power: float = 0.8, confidence: float = 0.95) -> float:
    """The ratio of two spreads (under 1) that so many areas would tell from 1 with this power, at best.

    From the F distribution of the ratio of two variances (k - 1 and k - 1 degrees of freedom): log rates
    normal, unrelated between the two measures and known without error. nan under two areas.
    """
    if area_count < 2:
        return np.nan
    k = area_count - 1
    return float(np.sqrt(fdtri(k, k, (1 - confidence) / 2) / fdtri(k, k, power)))
