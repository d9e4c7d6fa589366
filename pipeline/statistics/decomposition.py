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

    `known_within` is what `within` would be of known flags here, were no flag of the reference missing: its other end
    where nobody says how many are. Each `…_by_category` has an element a category, nan where one side does not know
    it, and adds up to its part, which leaves such a category out.
    """

    mix: Estimate
    within: Estimate
    known_within: Estimate
    mix_by_category: Floats
    within_by_category: Floats
    known_within_by_category: Floats


def decompose_share(
    events: ArrayLike,
    totals: ArrayLike,
    reference_events: ArrayLike,
    reference_totals: ArrayLike,
    *,
    unflagged: ArrayLike = 0.0,
    confidence: float = 0.95,
    seed: int = 1,
) -> Decomposition:
    """Kitagawa's decomposition (1955) of the difference of two shares over categories of events.

    Mix: sum (a - b) ((p + q) / 2 - m), within: sum (p - q) (a + b) / 2, with a and b the categories' parts of
    all events and p and q the shares within them, local and reference; m, the mean of both overall shares,
    leaves the sum as it is and makes a category count for what is unlike the rest. Where a part u of a category's
    totals has no flag, `unflagged`, and so is no event, p holds against a reference that lacks as many; against one
    that lacks none it is p / (1 - u), the share of known flags, and that is known_within. A category without events on
    one side takes the other's share. Limits: percentiles of 2,000 Poisson draws of all counts with `seed`. nan where no
    category is known to both, or one side has no events in those.
    """
    d, n, e, m, u = broadcast(
        events=events,
        totals=totals,
        reference_events=reference_events,
        reference_totals=reference_totals,
        unflagged=unflagged,
    )
    if d.ndim != 1:
        raise ValueError("events must be one count a category, in one dimension")
    if np.any(d > n) or np.any(e > m):
        raise ValueError("events must not be more than the total they are a share of")
    if np.any((u < 0) | (u >= 1)):
        raise ValueError("unflagged must be a part of the total, and under 1")
    is_known = ~np.isnan(d + n + e + m + u)
    by_category = [np.full(d.shape, np.nan) for _ in range(3)]
    d, e, u = d[is_known], e[is_known], u[is_known]
    others, reference_others = n[is_known] - d, m[is_known] - e
    if not (d + others).sum() or not (e + reference_others).sum():
        nothing = Estimate(*(np.asarray(np.nan) for _ in range(3)))
        return Decomposition(nothing, nothing, nothing, *by_category)
    parts = _parts(d, others, e, reference_others, u)
    for whole, part in zip(by_category, parts, strict=True):
        whole[is_known] = part
    random = np.random.default_rng(seed)
    d, others, e, reference_others = (
        random.poisson(counts, (REPEATS, counts.size)).astype(np.float64)
        for counts in (d, others, e, reference_others)
    )
    drawn = _parts(d, others, e, reference_others, u)
    tail = tail_of(confidence)
    mix, within, known_within = (
        Estimate(np.asarray(part.sum()), *np.nanquantile(draws.sum(axis=1), [tail, 1 - tail]))
        for part, draws in zip(parts, drawn, strict=True)
    )
    return Decomposition(mix, within, known_within, *by_category)


def _parts(
    domestic: Floats, others: Floats, reference_domestic: Floats, reference_others: Floats, unflagged: Floats
) -> tuple[Floats, Floats, Floats]:
    """Mix, within and known_within of each category (last axis), in percentage points."""
    n, m = domestic + others, reference_domestic + reference_others
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = domestic / n, reference_domestic / m
        a, b = n / n.sum(axis=-1, keepdims=True), m / m.sum(axis=-1, keepdims=True)
    p, q = np.where(n > 0, p, q), np.where(m > 0, q, p)
    p, q = np.nan_to_num(p), np.nan_to_num(q)
    middle = ((a * p).sum(axis=-1, keepdims=True) + (b * q).sum(axis=-1, keepdims=True)) / 2
    # A category without events here has the reference's share, and lacks no flag.
    known = np.where(n > 0, p / (1 - unflagged), p)
    both = 100 * (a + b) / 2
    return 100 * (a - b) * ((p + q) / 2 - middle), (p - q) * both, (known - q) * both
