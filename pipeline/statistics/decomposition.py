"""Why two shares differ: another mix of offences, or another share within the same offence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics.intervals import Estimate, Floats, broadcast, tail_of

REPEATS = 2_000


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The two parts of the local share less the reference's, in percentage points; they add up to it exactly.

    `mix_by_category` and `within_by_category` have an element a category, nan where one side does not know it,
    and add up to `mix` and `within`, which leave such a category out.
    """

    mix: Estimate
    within: Estimate
    mix_by_category: Floats
    within_by_category: Floats


def decompose_share(
    events: ArrayLike,
    totals: ArrayLike,
    reference_events: ArrayLike,
    reference_totals: ArrayLike,
    *,
    confidence: float = 0.95,
    seed: int = 1,
) -> Decomposition:
    """Kitagawa's decomposition (1955) of the difference of two shares over categories of events.

    Mix: sum (a - b) ((p + q) / 2 - m), within: sum (p - q) (a + b) / 2, with a and b the categories' parts of
    all events and p and q the shares within them, local and reference; m, the mean of both overall shares,
    leaves the sum as it is and makes a category count for what is unlike the rest. A category without events
    on one side takes the other's share. Limits: percentiles of 2,000 Poisson draws of all counts with `seed`.
    nan where no category is known to both, or one side has no events in those.
    """
    d, n, e, m = broadcast(
        events=events, totals=totals, reference_events=reference_events, reference_totals=reference_totals
    )
    if d.ndim != 1:
        raise ValueError("events must be one count a category, in one dimension")
    if np.any(d > n) or np.any(e > m):
        raise ValueError("events must not be more than the total they are a share of")
    is_known = ~np.isnan(d + n + e + m)
    mix_by_category, within_by_category = np.full(d.shape, np.nan), np.full(d.shape, np.nan)
    d, e = d[is_known], e[is_known]
    others, reference_others = n[is_known] - d, m[is_known] - e
    if not (d + others).sum() or not (e + reference_others).sum():
        nothing = Estimate(*(np.asarray(np.nan) for _ in range(3)))
        return Decomposition(nothing, nothing, mix_by_category, within_by_category)
    mix, within = _parts(d, others, e, reference_others)
    mix_by_category[is_known], within_by_category[is_known] = mix, within
    random = np.random.default_rng(seed)
    drawn_mix, drawn_within = _parts(
        *(
            random.poisson(counts, (REPEATS, counts.size)).astype(np.float64)
            for counts in (d, others, e, reference_others)
        )
    )
    sums = [(mix.sum(), drawn_mix.sum(axis=1)), (within.sum(), drawn_within.sum(axis=1))]
    tail = tail_of(confidence)
    in_mix, in_within = (
        Estimate(np.asarray(value), *np.nanquantile(drawn, [tail, 1 - tail])) for value, drawn in sums
    )
    return Decomposition(in_mix, in_within, mix_by_category, within_by_category)


def _parts(
    domestic: Floats, others: Floats, reference_domestic: Floats, reference_others: Floats
) -> tuple[Floats, Floats]:
    """What mix and share within add in each category (last axis), in percentage points."""
    n, m = domestic + others, reference_domestic + reference_others
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = domestic / n, reference_domestic / m
        a, b = n / n.sum(axis=-1, keepdims=True), m / m.sum(axis=-1, keepdims=True)
    p, q = np.where(n > 0, p, q), np.where(m > 0, q, p)
    p, q = np.nan_to_num(p), np.nan_to_num(q)
    middle = ((a * p).sum(axis=-1, keepdims=True) + (b * q).sum(axis=-1, keepdims=True)) / 2
    return 100 * (a - b) * ((p + q) / 2 - middle), 100 * (p - q) * (a + b) / 2
