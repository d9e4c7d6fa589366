"""The season of a series of months is found over breaks, gaps, slopes and shocks, or said not to be known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from pipeline.statistics.season import seasonal_factors

SEASON = np.array([0.90, 0.85, 1.0, 1.0, 1.05, 1.1, 1.15, 1.05, 1.0, 1.0, 0.95, 0.95])


def months(count: int) -> np.ndarray:
    """The calendar months of successive months from April."""
    return (np.arange(count) + 3) % 12 + 1


def series(stretches: np.ndarray, growth: float = 0.0) -> np.ndarray:
    """Counts with SEASON, a level for each stretch and this growth of the logarithm a year."""
    time = np.arange(len(stretches)) / 12
    return 1_000 * (1 + stretches) * SEASON[months(len(stretches)) - 1] * np.exp(growth * time)


def test_the_season_is_found_over_a_break_a_gap_and_a_slope() -> None:
    stretches = np.repeat([0, 1, 2], [12, 21, 10])
    counts = series(stretches, growth=0.1)
    counts[[5, 20]] = np.nan
    found = seasonal_factors(counts, np.ones(43), months(43), stretches)
    assert found is not None
    assert found == pytest.approx(SEASON[months(43) - 1] / SEASON.mean(), abs=1e-8)


def test_what_events_are_counted_in_is_no_season() -> None:
    days = np.tile([30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31], 3)
    found = seasonal_factors(10.0 * days, days, months(36), np.zeros(36))
    assert found == pytest.approx(np.ones(36), abs=1e-8)


def test_factors_are_the_most_likely_ones() -> None:
    stretches = np.repeat([0, 1], [20, 25])
    people = np.linspace(0.9, 1.2, 45)
    counts = np.random.default_rng(5).poisson(0.2 * series(stretches, growth=-0.05) * people)
    time = np.arange(45) / 12

    def loss(parameters: np.ndarray) -> float:
        effects = np.concatenate([[0.0], parameters[3:]])
        mean = people * np.exp(parameters[stretches] + parameters[2] * time + effects[months(45) - 1])
        return float((mean - counts * np.log(mean)).sum())

    start = np.concatenate([[np.log(200), np.log(400), 0.0], np.zeros(11)])
    likely = np.exp(np.concatenate([[0.0], minimize(loss, start, method="BFGS").x[3:]]))
    found = seasonal_factors(counts, people, months(45), stretches)
    assert found is not None
    assert found == pytest.approx(likely[months(45) - 1] / likely.mean(), abs=1e-4)


def test_a_shock_of_three_months_makes_no_season() -> None:
    stretches = np.zeros(48)
    counts = np.random.default_rng(7).poisson(series(stretches)).astype(float)
    calm = seasonal_factors(counts, np.ones(48), months(48), stretches)
    counts[29:32] *= 2
    shocked = seasonal_factors(counts, np.ones(48), months(48), stretches)
    assert calm is not None
    assert shocked is not None
    assert np.abs(shocked / calm - 1).max() < 0.03


def not_known() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Events and stretches of series whose season cannot be known."""
    one, two = np.zeros(36), np.repeat([0, 1], 12)
    without, once = series(one), series(one)
    without[months(36) == 8] = 0
    once[(months(36) == 8) & (np.arange(36) > 12)] = np.nan
    return {
        "23 months": (series(one[:23]), one[:23]),
        "a month that never has events": (without, one),
        "a month seen in one year": (once, one),
        "a level a year, which may be its slope": (series(two), two),
        "nothing known": (np.full(36, np.nan), one),
        "no months": (np.zeros(0), np.zeros(0)),
    }


@pytest.mark.parametrize("name", list(not_known()))
def test_a_season_that_cannot_be_known_is_not_made_up(name: str) -> None:
    events, stretches = not_known()[name]
    assert seasonal_factors(events, np.ones(len(events)), months(len(events)), stretches) is None


def test_two_years_of_one_level_are_enough() -> None:
    assert seasonal_factors(series(np.zeros(24)), np.ones(24), months(24), np.zeros(24)) is not None
