"""Rates made comparable between populations of different ages: directly and indirectly standardised.

The last axis of an array of events or populations is the age band; the answer has the axes before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics.intervals import (
    FEWEST_FOR_APPROXIMATION,
    Estimate,
    Floats,
    as_counts,
    broadcast,
    check_multiplier,
    poisson_limits,
)


@dataclass(frozen=True, eq=False)
class StandardisedRate:
    """Four arrays with an element a rate: the value, its limits, and whether it is withheld as too few.

    All three numbers are nan where `is_too_few` (fewer than 10 events: the weights would make noise of
    them), and where a count is missing or a band that has weight has no population.
    """

    value: Floats
    lower: Floats
    upper: Floats
    is_too_few: NDArray[np.bool_]


def directly_standardised_rate(
    events: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    multiplier: float,
    confidence: float = 0.95,
    *,
    inflation: ArrayLike = 1.0,
) -> StandardisedRate:
    """The rate per `multiplier` people that the standard population would have.

    `weights` are the standard population by band (the European Standard Population 2013, say), in any unit.
    Rate: sum(w O / n) / sum(w); variance: sum(w^2 O / n^2) / sum(w)^2; limits: rate + sqrt(variance / O) *
    (Byar's limit of O - O), O being all events (Dobson et al. 1991, Statistics in Medicine 10, 457-462). Events are
    independent at an `inflation` of 1; where people have several, it is the sum over people of the square of their
    events, divided by all events: the variance is that of `directly_standardised_rate_of_repeats` if every age repeats
    alike.
    """
    counts, per_event = _bands(events, population, weights)
    variance = (counts * per_event**2).sum(axis=-1) * np.asarray(inflation, dtype=np.float64)
    return _dobson(counts.sum(axis=-1), (counts * per_event).sum(axis=-1), variance, multiplier, confidence)


def directly_standardised_rate_of_repeats(
    persons: ArrayLike,
    frequencies: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    multiplier: float,
    confidence: float = 0.95,
) -> StandardisedRate:
    """The same rate where one person may have several events, which therefore are not independent.

    `persons` has two last axes: how often (`frequencies`, 1, 2, 3...), and the age band; an element is the
    number of people of that age with that many events. Variance: the sum over frequencies f of f^2 times
    the variance of the persons with f events; limits as for independent events, O being all events (DHSC,
    Fingertips Public Health Technical Guidance; PHEindicatormethods 2.1). Wider than if events were
    independent, and the same where nobody has more than one.
    """
    how_often = as_counts(frequencies, "frequencies")
    people_with = as_counts(persons, "persons")
    if how_often.ndim != 1 or people_with.ndim < 2 or people_with.shape[-2] != how_often.size:
        raise ValueError("persons must have an axis of frequencies, then one of age bands")
    if np.any(np.isnan(how_often)) or np.any(how_often <= 0):
        raise ValueError("frequencies must be known numbers over 0")
    times = how_often[:, np.newaxis]
    counts, per_event = _bands((people_with * times).sum(axis=-2), population, weights)
    variance = ((people_with * times**2).sum(axis=-2) * per_event**2).sum(axis=-1)
    return _dobson(counts.sum(axis=-1), (counts * per_event).sum(axis=-1), variance, multiplier, confidence)


def expected_events(
    population: ArrayLike, reference_events: ArrayLike, reference_population: ArrayLike
) -> Floats:
    """The events that each population would have at the reference's rates by age: sum(n O_ref / n_ref).

    nan where a number is missing or a band of the reference has no population.
    """
    people, counts, reference = broadcast(
        population=population, reference_events=reference_events, reference_population=reference_population
    )
    if people.ndim == 0:
        raise ValueError("population must have an axis of age bands")
    rates = counts / np.where(reference > 0, reference, np.nan)
    return np.asarray((people * rates).sum(axis=-1))


def indirectly_standardised_ratio(
    events: ArrayLike, expected: ArrayLike, multiplier: float = 100.0, confidence: float = 0.95
) -> Estimate:
    """Events observed over events expected, times the multiplier (100 = as the reference), with limits.

    The limits are those of the events, as `poisson_limits`; what is expected is taken as known without error
    (Breslow & Day 1987). nan where a number is missing or nothing is expected.
    """
    counts, wanted = broadcast(events=events, expected=expected)
    check_multiplier(multiplier)
    lower, upper = poisson_limits(counts, confidence)
    factor = multiplier / np.where(wanted > 0, wanted, np.nan)
    return Estimate(value=counts * factor, lower=lower * factor, upper=upper * factor)


def indirectly_standardised_rate(
    events: ArrayLike, expected: ArrayLike, reference_rate: ArrayLike, confidence: float = 0.95
) -> Estimate:
    """The indirectly standardised ratio times the reference's crude rate, in the unit of that rate."""
    rate = as_counts(reference_rate, "reference_rate")
    ratio = indirectly_standardised_ratio(events, expected, 1.0, confidence)
    try:
        value, lower, upper = ratio.value * rate, ratio.lower * rate, ratio.upper * rate
    except ValueError:
        raise ValueError(
            "events and expected and reference_rate must have the same shape, or be single numbers"
        ) from None
    return Estimate(value=np.asarray(value), lower=np.asarray(lower), upper=np.asarray(upper))


def _bands(events: ArrayLike, population: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """The events by band, and what each adds to the rate per person; nan where a band is empty of people."""
    counts, people, standard = broadcast(events=events, population=population, weights=weights)
    if counts.ndim == 0:
        raise ValueError("events must have an axis of age bands")
    if np.any(np.isnan(standard)) or np.any(standard.sum(axis=-1) == 0):
        raise ValueError("weights must be known, and one of them over 0")
    share = standard / standard.sum(axis=-1, keepdims=True)
    # A band without weight counts for nothing, whether or not anybody lives in it.
    return counts, np.where(standard == 0, 0.0, share / np.where(people > 0, people, np.nan))


def _dobson(
    total: Floats, value: Floats, variance: Floats, multiplier: float, confidence: float
) -> StandardisedRate:
    """The rate with Dobson's limits, withheld under 10 events."""
    check_multiplier(multiplier)
    is_too_few = np.asarray(total < FEWEST_FOR_APPROXIMATION)
    shown = np.where(is_too_few, np.nan, value)
    lowest, highest = poisson_limits(total, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.sqrt(variance / total)
    return StandardisedRate(
        value=np.asarray(shown * multiplier),
        lower=np.asarray((shown + unit * (lowest - total)) * multiplier),
        upper=np.asarray((shown + unit * (highest - total)) * multiplier),
        is_too_few=is_too_few,
    )
