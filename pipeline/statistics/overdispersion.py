"""Funnels widened for what makes areas differ besides chance and the thing measured (Spiegelhalter 2005).

Spiegelhalter, Handling over-dispersion of performance indicators, Quality and Safety in Health Care 2005,
14, 347-351: an additive random-effects model, robust to the outliers that the funnel is to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from pipeline.statistics.funnels import INNER_TAIL, OUTER_TAIL, FunnelLimits, areas_of, share_of_all
from pipeline.statistics.intervals import Floats, check_multiplier

# 10% at each end are taken to be the unusual areas, which must not widen the funnel that finds them.
TRIMMED_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Overdispersion:
    """How much wider than chance the areas lie, and the funnel that allows for it.

    `phi` is the mean squared z score (1 = chance alone), `tau_squared` the variance between areas on the
    transformed scale (0 = chance alone), `z_scores` each area's distance from the target in standard
    deviations of chance and that variance together, `limits` the funnel in the unit of the value. All are
    nan where fewer than two areas are left to estimate from.
    """

    phi: float
    tau_squared: float
    z_scores: Floats
    limits: FunnelLimits


def ratio_overdispersion(
    events: ArrayLike,
    expected: ArrayLike,
    scale: Literal["log", "square_root"] = "log",
    multiplier: float = 100.0,
) -> Overdispersion:
    """The overdispersion of ratios of observed to expected events around 1, one element an area.

    'log': Y = log(O / E), s = 1 / sqrt(E), areas beyond the 10% at each end left out (NHS summary
    mortality indicator). 'square_root': Y = sqrt(O / E), s = 1 / (2 sqrt(E)), z scores beyond them drawn in
    to them (Care Quality Commission). Areas with a missing number or nothing expected take no part; on the
    log scale neither do those without events, which have no logarithm.
    """
    counts, wanted = areas_of(events=events, expected=expected)
    check_multiplier(multiplier)
    if scale == "log":
        counts = np.where(counts > 0, counts, np.nan)
        y, s = np.log(counts / wanted), 1 / np.sqrt(wanted)
        phi, tau_squared = _estimate(y / s, s, is_truncated=True)
        bounds = [np.exp(bound) for bound in _bounds(0.0, s, tau_squared)]
        centre = 0.0
    else:
        y, s = np.sqrt(counts / wanted), 1 / (2 * np.sqrt(wanted))
        phi, tau_squared = _estimate((y - 1) / s, s, is_truncated=False)
        bounds = [np.maximum(bound, 0.0) ** 2 for bound in _bounds(1.0, s, tau_squared)]
        centre = 1.0
    limits = FunnelLimits(*(bound * multiplier for bound in bounds))
    return Overdispersion(phi, tau_squared, (y - centre) / np.sqrt(s**2 + tau_squared), limits)


def share_overdispersion(events: ArrayLike, total: ArrayLike, multiplier: float = 100.0) -> Overdispersion:
    """The overdispersion of shares around that of all areas together, one element an area.

    Y = arcsin(sqrt(p)), s = 1 / (2 sqrt(n)), z scores beyond the 10% at each end drawn in to them. Areas
    with a missing count or a total of 0 take no part; more events than the total raises ValueError.
    """
    counts, totals = areas_of(events=events, total=total)
    check_multiplier(multiplier)
    if np.any(counts > totals):
        raise ValueError("events must not be more than the total they are a share of")
    centre = float(np.arcsin(np.sqrt(share_of_all(counts, totals))))
    y, s = np.arcsin(np.sqrt(counts / totals)), 1 / (2 * np.sqrt(totals))
    phi, tau_squared = _estimate((y - centre) / s, s, is_truncated=False)
    bounds = [np.sin(np.clip(bound, 0.0, np.pi / 2)) ** 2 for bound in _bounds(centre, s, tau_squared)]
    limits = FunnelLimits(*(bound * multiplier for bound in bounds))
    return Overdispersion(phi, tau_squared, (y - centre) / np.sqrt(s**2 + tau_squared), limits)


def _estimate(z: Floats, s: Floats, *, is_truncated: bool) -> tuple[float, float]:
    """phi and tau squared; the ends are left out where truncated, else drawn in."""
    known = ~np.isnan(z)
    z, weight = z[known], 1 / s[known] ** 2
    if z.size:
        low, high = np.quantile(z, [TRIMMED_SHARE, 1 - TRIMMED_SHARE])
        if is_truncated:
            inside = (z > low) & (z < high)
            z, weight = z[inside], weight[inside]
        else:
            z = np.clip(z, low, high)
    if z.size < 2:
        return np.nan, np.nan
    k, phi = z.size, float((z**2).mean())
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, max(0.0, float((k * phi - (k - 1)) / spread))


def _bounds(centre: float, s: Floats, tau_squared: float) -> list[Floats]:
    deviation = np.sqrt(s**2 + tau_squared)
    inner, outer = -ndtri(INNER_TAIL) * deviation, -ndtri(OUTER_TAIL) * deviation
    return [centre - inner, centre + inner, centre - outer, centre + outer]
