"""Whether one kind of event varies more or less between areas than others, and whether it hardly varies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from pipeline.statistics.intervals import Floats, broadcast, tail_of
from pipeline.statistics.poisson_lognormal import fit_poisson_lognormal, spread_with_limits

VARIES_LESS = "varies_less"
NOT_DETECTABLY = "not_detectably_different"
VARIES_MORE = "varies_more"
SETTLED = (VARIES_LESS, NOT_DETECTABLY, VARIES_MORE)
PRACTICALLY_EVEN = "practically_even"
MATERIALLY_UNEVEN = "materially_uneven"
INCONCLUSIVE = "inconclusive"
CANNOT_SETTLE = "cannot_settle"


@dataclass(frozen=True, eq=False)
class SpreadComparison:
    """The spread (sd of true log rates) of each measure, and that of the first over each of the others.

    `spread` and its limits (profile likelihood) have an element a measure. `ratio`, `p_value` and the rows of
    `drawn_ratio` (a column a repeat) have one for every measure after the first. A ratio to a spread of 0 is
    infinite; nan where a measure has no events or there are under three areas.
    """

    area_count: int
    spread: Floats
    spread_lower: Floats
    spread_upper: Floats
    ratio: Floats
    p_value: Floats
    drawn_ratio: Floats

    def ratio_limits(self, confidence: ArrayLike = 0.95) -> tuple[Floats, Floats]:
        """The lower and the upper limit of each ratio, at one confidence or at one for each.

        They leave 1 out exactly where `p_value` is under 1 - confidence: an interval is the ratios that the
        same test would let stand.
        """
        level = np.broadcast_to(np.asarray(confidence, dtype=float), self.ratio.shape)
        limits = [
            _limits(drawn, self.area_count, float(each))
            for drawn, each in zip(self.drawn_ratio, level, strict=True)
        ]
        lower, upper = np.array(limits, dtype=float).reshape(-1, 2).T
        return lower, upper


def compare_spreads(
    events: ArrayLike, population: ArrayLike, *, repeats: int = 2_000, seed: int = 1
) -> SpreadComparison:
    """The comparison of measures (first axis) over the same areas (second axis) by a joint bootstrap.

    Each repeat draws areas with all their measures, each drawn area's log rates as the fitted model knows
    them, and Poisson counts. Counts drawn about the observed rates would carry chance twice; about the
    model's they carry it once, and areas vary as much as was estimated. The draws are stretched by
    sqrt(k / (k - 1)), which drawing with replacement takes away, and the percentiles are those of
    Hesterberg 2015 (section 4.3), wider by Student's t with k - 1 degrees of freedom. Two-sided p-values are
    these intervals turned round, for Holm to adjust (`adjust_by_holm`). Such percentiles suit a ratio, whose
    biases cancel; those of one spread would lie too low (the upper limits of 15 areas missed 9% of the time).
    Areas without a count or people in any measure are left out of all.
    """
    o, n = broadcast(events=events, population=population)
    if o.ndim != 2:
        raise ValueError("events must have one row a measure and one column an area")
    is_known = np.all(~np.isnan(o) & (n > 0), axis=0)
    o, n = o[:, is_known], n[:, is_known]
    measures, k = o.shape
    if k < 3:
        nothing, none = np.full(measures, np.nan), np.full(max(measures - 1, 0), np.nan)
        return SpreadComparison(k, nothing, nothing, nothing, none, none, none[:, None])
    each = [spread_with_limits(o[measure], n[measure]) for measure in range(measures)]
    spread, lower, upper = (
        np.array([getattr(one, part) for one in each]) for part in ("value", "lower", "upper")
    )
    drawn = _draw_spreads(o, n, repeats, np.random.default_rng(seed))
    ratio, drawn_ratio = _ratio(spread[0], spread[1:]), _ratio(drawn[0], drawn[1:])
    return SpreadComparison(k, spread, lower, upper, ratio, _p_values(drawn_ratio, k), drawn_ratio)


def adjust_by_holm(p_values: ArrayLike) -> Floats:
    """The p-values adjusted for their number, in their own order (Holm 1979); nan stays nan, uncounted."""
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]
    steps = p[order] * (order.size - np.arange(order.size))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def holm_levels(p_values: ArrayLike, alpha: float = 0.05) -> Floats:
    """The confidence at which each interval agrees with Holm's verdict, in the p-values' own order; nan stays nan.

    Holm (1979) tests the j-th smallest of m p-values at alpha / (m - j + 1) and stops at the first that fails.
    An interval at that confidence leaves out 1 where the ratio was told from 1, and holds it where it was not:
    all after the first failure keep its level.
    """
    p = np.asarray(p_values, dtype=float)
    levels = np.full(p.shape, np.nan)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]
    tested = alpha / (order.size - np.arange(order.size))
    has_failed = np.flatnonzero(p[order] >= tested)
    if has_failed.size:
        tested[has_failed[0] :] = tested[has_failed[0]]
    levels[order] = 1 - tested
    return levels


def judge_ratio(lower: float, upper: float, adjusted_p: float, area_count: int, fewest_areas: int) -> str:
    """The word for a ratio of spreads: varies less or more only where interval and adjusted p-value agree."""
    if area_count < fewest_areas or np.isnan(lower) or np.isnan(upper):
        return CANNOT_SETTLE
    if adjusted_p < 0.05 and upper < 1:
        return VARIES_LESS
    if adjusted_p < 0.05 and lower > 1:
        return VARIES_MORE
    return NOT_DETECTABLY


def judge_evenness(lower: float, upper: float, margin: float, area_count: int, fewest_areas: int) -> str:
    """The word for a median rate ratio with these limits against a margin that was set beforehand.

    Two one-sided tests (Schuirmann 1987), each at half of what the limits leave outside.
    """
    if area_count < fewest_areas or np.isnan(lower) or np.isnan(upper):
        return CANNOT_SETTLE
    if upper < margin:
        return PRACTICALLY_EVEN
    return MATERIALLY_UNEVEN if lower > margin else INCONCLUSIVE


def _draw_spreads(o: Floats, n: Floats, repeats: int, random: np.random.Generator) -> Floats:
    """The spread of every measure (first axis) in every repeat (second axis)."""
    measures, k = o.shape
    fit = fit_poisson_lognormal(o, n)
    areas = random.integers(k, size=(repeats, k))
    stretch = np.sqrt(k / (k - 1))
    drawn = np.full((measures, repeats), np.nan)
    for measure in range(measures):
        if np.isnan(fit.spread[measure]):
            continue
        known, unsure = fit.area_mean[measure][areas], fit.area_spread[measure][areas]
        distance = known + unsure * random.standard_normal(areas.shape) - fit.mean[measure]
        people = n[measure][areas]
        counts = random.poisson(people * np.exp(fit.mean[measure] + stretch * distance))
        drawn[measure] = fit_poisson_lognormal(counts, people).spread
    return drawn


def _ratio(first: ArrayLike, others: Floats) -> Floats:
    """The first over each of the others; two spreads of 0 are equal, and over 0 alone the ratio is infinite."""
    one, other = np.broadcast_arrays(np.asarray(first, dtype=float), others)
    over = np.where(other > 0, one, np.where(one > 0, np.inf, 1.0)) / np.where(other > 0, other, 1.0)
    return np.where(np.isnan(one) | np.isnan(other), np.nan, over)


def _limits(drawn: Floats, area_count: int, confidence: float) -> tuple[float, float]:
    """The expanded percentile limits of one ratio; repeats without an answer are left out."""
    found = np.sort(drawn[~np.isnan(drawn)])
    if not found.size or np.isnan(confidence):
        return np.nan, np.nan
    t = stdtrit(area_count - 1, tail_of(confidence))
    tail = float(ndtr(np.sqrt(area_count / (area_count - 1)) * t))
    # As many draws must lie beyond a ratio as `_p_values` needs to let it stand. Order statistics as they
    # are: between a number and infinity there is nothing to interpolate.
    beyond = int(np.ceil(tail * (found.size + 1) - 1))
    return (float(found[beyond - 1]), float(found[-beyond])) if beyond > 0 else (0.0, np.inf)


def _p_values(drawn_ratio: Floats, area_count: int) -> Floats:
    """Twice the smaller tail of each ratio beyond 1, through the same Student's t as the limits.

    The tail is (b + 1) / (B + 1) of B repeats, b of them beyond: never 0 (Davison & Hinkley 1997, section 4.2.2;
    Phipson & Smyth 2010).
    """
    known = (~np.isnan(drawn_ratio)).sum(axis=-1)
    above, below = (drawn_ratio >= 1).sum(axis=-1), (drawn_ratio <= 1).sum(axis=-1)
    tail = np.minimum((1 + np.minimum(above, below)) / (1 + np.maximum(known, 1)), 0.5)
    t = ndtri(tail) * np.sqrt((area_count - 1) / area_count)
    return np.where(known > 0, np.minimum(1.0, 2 * stdtr(area_count - 1, t)), np.nan)
