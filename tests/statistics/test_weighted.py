"""Weighted totals are what can be added up by hand, with limits as wide as their weights make them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.statistics.weighted import weighted_total


def test_a_total_is_each_count_times_what_one_weighs() -> None:
    #                        10 each, 2 each, 100 each
    total = weighted_total([[3, 5, 1], [0, 5, 0], [0, 0, 0]], [10, 2, 100])
    assert total.value == pytest.approx([140, 10, 0])


def test_of_one_weight_the_limits_are_the_exact_ones_of_the_count() -> None:
    # Garwood 1936, of 9 and of none: 4.115 to 17.085, 0 to 3.689.
    total = weighted_total([[4, 5], [0, 0]], [100, 100])
    assert total.lower == pytest.approx([411.5, 0], abs=0.1)
    assert total.upper == pytest.approx([1708.5, 368.9], abs=0.1)


def test_limits_of_drawn_years_hold_the_expected_total_though_few_events_weigh_most() -> None:
    dice = np.random.default_rng(7)
    expected, weights = np.array([6.0, 400.0, 900.0]), np.array([5475.0, 365.0, 10.0])
    total = weighted_total(dice.poisson(expected, (4000, 3)), weights)
    is_held = (total.lower <= expected @ weights) & (expected @ weights <= total.upper)
    # Gamma limits hold 95% or more; two standard errors of 4,000 draws are 0.7 points.
    assert 0.943 <= is_held.mean() <= 0.985


def test_a_missing_count_leaves_no_total() -> None:
    total = weighted_total([[3, np.nan]], [10, 2])
    assert np.isnan(total.value).all()
    assert np.isnan(total.upper).all()


@pytest.mark.parametrize(("events", "weights"), [([3, 5], [1, 2]), ([[3, 5]], [1]), ([[3, 5]], [1, -2])])
def test_what_is_no_table_with_a_weight_a_column_is_refused(events: list, weights: list) -> None:
    with pytest.raises(ValueError, match="must be"):
        weighted_total(events, weights)
