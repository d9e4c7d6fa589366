"""How unevenly events fall on places, and how unevenly they would by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ive, pdtrc

from pipeline.statistics.intervals import Floats, as_counts


@dataclass(frozen=True)
class Concentration:
    """Five numbers about one set of places; the last four are nan where there are no events.

    `half_share` is the smallest share of places (0 to 1) that holds half of the events, `gini` runs from 0
    (all places alike) to nearly 1 (one place has all). The expected ones are what events falling at random
    on equal places would give at the same mean: a small mean alone makes both look concentrated.
    """

    place_count: int
    half_share: float
    gini: float
    expected_half_share: float
    expected_gini: float


def concentration(events: ArrayLike) -> Concentration:
    """The concentration of events over places, from one count a place (one dimension, no missing).

    Half share: where the Lorenz curve of the places in falling order reaches one half, the last place
    counted in part. Gini: mean absolute difference over twice the mean, each place also compared with
    itself. Places must be of like size for the comparison with chance to mean anything. Negative,
    infinite or missing counts, and an empty set of places, raise ValueError.
    """
    counts = as_counts(events, "events")
    if counts.ndim != 1 or counts.size == 0 or np.any(np.isnan(counts)):
        raise ValueError("events must be one known count a place, for one place or more")
    total = float(counts.sum())
    if total == 0:
        return Concentration(counts.size, np.nan, np.nan, np.nan, np.nan)
    return Concentration(
        place_count=counts.size,
        half_share=_half_share(counts, total),
        gini=_gini(counts, total),
        expected_half_share=expected_half_share(total / counts.size),
        expected_gini=expected_gini(total / counts.size, counts.size),
    )


def expected_half_share(mean: float) -> float:
    """The share of very many places holding half of events that are Poisson with this mean over 0.

    Places with j events or more hold the share P(X >= j - 1) of all events, because k p(k) = mean p(k - 1).
    """
    _check_mean(mean)
    # Half is reached among the places with about the median count; the search need not look far above.
    levels = np.arange(0, int(mean + 10 * np.sqrt(mean) + 10))
    at_least = pdtrc(levels - 1, mean)
    at_least[0] = 1.0
    j = int(np.flatnonzero(at_least >= 0.5)[-1]) + 1
    # Places with more than j events hold under half; the rest comes from places with exactly j.
    return float(pdtrc(j, mean) + (0.5 - pdtrc(j - 1, mean)) * mean / j)


def expected_gini(mean: float, place_count: int) -> float:
    """The Gini coefficient expected of `place_count` places whose events are Poisson with this mean over 0.

    exp(-2m) (I0(2m) + I1(2m)) for endlessly many places (mean difference of two Poissons, Ramasubban 1958),
    times (n - 1) / n because a place does not differ from itself.
    """
    _check_mean(mean)
    return float((ive(0, 2 * mean) + ive(1, 2 * mean)) * (place_count - 1) / place_count)


def _half_share(counts: Floats, total: float) -> float:
    falling = np.sort(counts)[::-1]
    held = np.cumsum(falling)
    last = int(np.searchsorted(held, total / 2))
    before = held[last] - falling[last]
    return float((last + (total / 2 - before) / falling[last]) / counts.size)


def _gini(counts: Floats, total: float) -> float:
    rising = np.sort(counts)
    n = counts.size
    return float(((2 * np.arange(1, n + 1) - n - 1) * rising).sum() / (n * total))


def _check_mean(mean: float) -> None:
    if not (np.isfinite(mean) and mean > 0):
        raise ValueError("mean must be one finite number over 0")
