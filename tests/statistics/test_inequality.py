"""Slope and relative index agree with the published examples of phe_sii, with least squares and with algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.inequality import (
    Scale,
    slope_and_relative_index,
    standard_errors_from,
)
from tests.statistics.drawn_tables import drawn

# DSR_data of R's PHEindicatormethods: dummy directly standardised rates of 2010 and 2015 by fifth.
PEOPLE, VALUES, LOWER, UPPER = (
    column.reshape(2, 5)
    for column in drawn("""
        1434002  150.2200205  147.3194185  153.1498241
        1450590  131.0221747  128.3676972  133.7051129
        1453827  127.4954973  125.0421198  129.975513
        1440980  130.494241   128.2469515  132.7657553
        1457780  135.4664241  133.2469515  137.8657553
        1508923  143.8177637  141.0941843  146.568661
        1538008  127.2058426  124.7351196  129.7026732
        1538564  122.4106945  120.1654081  124.6801651
        1509602  126.3922397  124.3450367  128.4613495
        1457780  135.4664241  133.2469515  137.8657553
    """).T
)


def test_the_published_example_of_rates_comes_out() -> None:
    # WorkedExamples_phe_sii, example 2: 100,000 repetitions; limits differ from run to run by the mean
    # difference that it prints, 0.02 and 0.0002.
    errors = standard_errors_from(LOWER, UPPER, "log")
    found = slope_and_relative_index(VALUES, PEOPLE, errors, scale="log", repetitions=100_000)
    slope, relative, low, high, relative_low, relative_high = drawn("""
        -14.848683  0.8956758  -18.94895  -10.767618  0.8689296  0.9231619
         -9.042367  0.9332670  -12.97108   -5.145767  0.9057449  0.9614199
    """).T
    assert found.slope.value == pytest.approx(slope, rel=1e-6)
    assert found.relative.value == pytest.approx(relative, rel=1e-6)
    assert found.slope.lower == pytest.approx(low, abs=0.06)
    assert found.slope.upper == pytest.approx(high, abs=0.06)
    assert found.relative.lower == pytest.approx(relative_low, abs=5e-4)
    assert found.relative.upper == pytest.approx(relative_high, abs=5e-4)


@pytest.mark.parametrize("scale", ["identity", "log", "logit"])
def test_the_line_is_that_of_weighted_least_squares(scale: Scale) -> None:
    values = VALUES / 1_000
    ours = slope_and_relative_index(values, PEOPLE, 0.001, scale=scale, is_fitted_on_scale=True)
    for row in range(2):
        share = PEOPLE[row] / PEOPLE[row].sum()
        middle = [share[:i].sum() + share[i] / 2 for i in range(5)]
        onto = {"identity": lambda v: v, "log": np.log, "logit": lambda v: np.log(v / (1 - v))}[scale]
        back = {"identity": lambda v: v, "log": np.exp, "logit": lambda v: 1 / (1 + np.exp(-v))}[scale]
        gradient, start = np.polyfit(middle, onto(values[row]), 1, w=np.sqrt(share))
        assert ours.slope.value[row] == pytest.approx(back(start + gradient) - back(start), rel=1e-9)
        assert ours.relative.value[row] == pytest.approx(back(start + gradient) / back(start), rel=1e-9)


def test_simulated_limits_of_a_slope_are_those_of_algebra() -> None:
    # The slope is a sum of values times constants, so that its error can be had without any simulation.
    errors = np.array([2.0, 1.5, 1.0, 1.2, 3.0])
    found = slope_and_relative_index(VALUES[0], PEOPLE[0], errors, repetitions=200_000)
    share = PEOPLE[0] / PEOPLE[0].sum()
    distance = np.cumsum(share) - share / 2 - 0.5
    constants = share * distance / (share * distance**2).sum()
    error = np.sqrt((constants**2 * errors**2).sum())
    assert found.slope.value - found.slope.lower == pytest.approx(1.96 * error, rel=0.02)
    assert found.slope.upper - found.slope.value == pytest.approx(1.96 * error, rel=0.02)


def test_a_straight_gradient_is_read_off() -> None:
    # Five fifths of one size: middles 0.1, 0.3 ... 0.9; 20 less 10 for the whole width.
    found = slope_and_relative_index([19, 17, 15, 13, 11], 1_000, 0.0, multiplier=100)
    assert [found.slope.value, found.slope.lower, found.slope.upper] == pytest.approx([-1_000] * 3)
    assert [found.relative.value, found.relative.lower] == pytest.approx([0.5] * 2)


groups = st.lists(st.tuples(st.integers(20, 900), st.integers(1, 50_000)), min_size=5, max_size=10)


@settings(deadline=None, max_examples=50)
@given(groups, st.floats(0.1, 50))
def test_the_unit_does_not_matter_and_turned_ranks_turn_the_slope(
    rows: list[tuple[int, int]], times: float
) -> None:
    values, people = np.array(rows, dtype=float).T
    one = slope_and_relative_index(values, people, 0.1, scale="log", repetitions=200)
    other = slope_and_relative_index(values * times, people * 3, 0.1, scale="log", repetitions=200)
    assert one.slope.lower <= one.slope.upper
    for index, factor in (("slope", times), ("relative", 1.0)):
        first, second = getattr(one, index), getattr(other, index)
        assert float(first.value) * factor == pytest.approx(float(second.value), nan_ok=True, abs=1e-6)
        assert float(first.lower) * factor == pytest.approx(float(second.lower), nan_ok=True, abs=1e-6)
    turned = slope_and_relative_index(values[::-1], people[::-1], 0.1, scale="log", repetitions=200)
    assert turned.slope.value == pytest.approx(-one.slope.value, abs=1e-6)


def test_the_same_seed_gives_the_same_limits_whoever_else_is_asked_about() -> None:
    both = slope_and_relative_index(VALUES, PEOPLE, 1.5)
    alone = slope_and_relative_index(VALUES[1], PEOPLE[1], 1.5)
    assert [both.slope.lower[1], both.relative.upper[1]] == [alone.slope.lower, alone.relative.upper]
    other = slope_and_relative_index(VALUES[1], PEOPLE[1], 1.5, seed=8)
    assert 0 < abs(other.slope.lower - alone.slope.lower) < 0.2


def test_a_hidden_group_hides_the_indices_of_its_series() -> None:
    values = VALUES.copy()
    values[0, 2] = np.nan
    found = slope_and_relative_index(values, PEOPLE, 1.5)
    for numbers in (found.slope.value, found.slope.lower, found.relative.value, found.relative.upper):
        assert np.isnan(numbers).tolist() == [True, False]


def test_there_is_no_ratio_to_nothing() -> None:
    found = slope_and_relative_index([0, 0, 0, 5, 20], 100, 1.0)
    assert found.slope.value > 0
    assert np.isnan(found.relative.value)
    assert np.isnan(found.relative.lower)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: slope_and_relative_index([1, 2, 3, 4], 9, 1),
            "values must have a last axis of 5 groups or more",
        ),
        (
            lambda: slope_and_relative_index([1, 2, 3, 4, 5], [9, 9, 9, 9, 0], 1),
            "population must be over 0 in every group",
        ),
        (
            lambda: slope_and_relative_index([1, 2, 3, 4, 0], 9, 1, scale="log"),
            "values must lie over 0 for the log scale",
        ),
        (
            lambda: standard_errors_from([0.1], [1.0], "logit"),
            "values must lie between 0 and 1 for the logit scale",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
