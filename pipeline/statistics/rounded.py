"""Figures from rounded counts: limits that cover the rounding as well as chance.

The `error` of a count is by how much at most what is shown is off; nan or 0: the count is exact. A count that is
rounded by itself goes to the nearest multiple of its base, and is off by half the base at most: with base 5 and shown
as 20 it was anything from 17.5 to 22.5. One that is rounded together with others, so that they add up, goes to the
multiple below or above it, and is off by the base less 1 at most: with base 5 and shown as 20 it was 16 to 24. The
lower limit is that of the lowest count it can have been, the upper that of the highest.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics.intervals import (
    Estimate,
    Floats,
    broadcast,
    poisson_limits,
    rate_with_limits,
    share_with_limits,
)


def ends_of_rounded(counts: ArrayLike, error: ArrayLike) -> tuple[Floats, Floats]:
    """The lowest and the highest that each count can have been: its error less, never under 0, and its error more."""
    shown, errors = broadcast(counts=counts, error=error)
    off = np.nan_to_num(errors)
    return np.maximum(shown - off, 0.0), shown + off


def count_with_rounding(events: ArrayLike, events_error: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The count as shown, with Poisson limits that cover its rounding, in events (as `poisson_limits`)."""
    shown, errors = broadcast(events=events, events_error=events_error)
    lowest, highest = ends_of_rounded(shown, errors)
    return Estimate(shown, poisson_limits(lowest, confidence)[0], poisson_limits(highest, confidence)[1])


def rate_with_rounding(
    events: ArrayLike,
    population: ArrayLike,
    events_error: ArrayLike,
    population_error: ArrayLike = np.nan,
    *,
    multiplier: float,
    confidence: float = 0.95,
) -> Estimate:
    """Events per `multiplier` people, with Poisson limits that cover the rounding of both.

    The lower limit is that of the fewest events among the most people, the upper the reverse. nan as in
    `rate_with_limits`, and where the population can have been 0.
    """
    shown, people, errors, people_errors = broadcast(
        events=events, population=population, events_error=events_error, population_error=population_error
    )
    fewest, most = ends_of_rounded(shown, errors)
    smallest, largest = ends_of_rounded(people, people_errors)
    largest = np.where(smallest > 0, largest, np.nan)
    value = rate_with_limits(shown, np.where(smallest > 0, people, np.nan), multiplier, confidence).value
    lower = rate_with_limits(fewest, largest, multiplier, confidence).lower
    upper = rate_with_limits(most, smallest, multiplier, confidence).upper
    return Estimate(value, lower, upper)


def share_with_rounding(
    events: ArrayLike,
    total: ArrayLike,
    events_error: ArrayLike,
    total_error: ArrayLike,
    *,
    multiplier: float = 100.0,
    confidence: float = 0.95,
) -> Estimate:
    """Events as a share of the total, with Wilson's limits that cover the rounding of both.

    Counts rounded apart can cross: such a share is the whole. The lower limit is that of the fewest events
    in the largest total, the upper that of the most in the smallest. nan as in `share_with_limits`, and
    where the total can have been 0. Events that were more than the total before any rounding raise
    ValueError.
    """
    shown, totals, errors, total_errors = broadcast(
        events=events, total=total, events_error=events_error, total_error=total_error
    )
    fewest, most = ends_of_rounded(shown, errors)
    smallest, largest = ends_of_rounded(totals, total_errors)
    if np.any(fewest > largest):
        raise ValueError("events must not be more than the total they are a share of")
    totals, largest = (np.where(smallest > 0, numbers, np.nan) for numbers in (totals, largest))
    value = share_with_limits(np.minimum(shown, totals), totals, multiplier, confidence).value
    lower = share_with_limits(fewest, largest, multiplier, confidence).lower
    upper = share_with_limits(np.minimum(most, smallest), smallest, multiplier, confidence).upper
    unknown = np.isnan(value)
    return Estimate(value, np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper))


def verdict_holds(
    judge: Callable[..., ArrayLike], *counts_and_errors: tuple[ArrayLike, ArrayLike]
) -> NDArray[np.bool_]:
    """Whether each verdict is the same wherever in its rounding a count lay.

    `judge` takes the counts, in the order given, and answers with a verdict each; it is asked at the counts
    as shown and at every combination of their ends. A verdict that turns on the rounding is none.
    """
    ends = [ends_of_rounded(counts, error) for counts, error in counts_and_errors]
    shown = np.asarray(judge(*(counts for counts, _ in counts_and_errors)))
    holds = np.ones(shown.shape, dtype=bool)
    for corner in product(*ends):
        holds &= np.asarray(judge(*corner)) == shown
    return holds
