"""Limits of rounded counts hold whatever the count was before, and verdicts stand only if they do throughout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.intervals import (
    Estimate,
    poisson_limits,
    rate_with_limits,
    ratio_of_rates,
    share_with_limits,
)
from pipeline.statistics.rounded import (
    count_with_rounding,
    ends_of_rounded,
    rate_with_rounding,
    share_with_rounding,
    verdict_holds,
)


def test_a_count_of_twenty_was_between_seventeen_and_a_half_and_twenty_two_and_a_half() -> None:
    lowest, highest = ends_of_rounded([20, 0, 3, 20, np.nan], [2.5, 2.5, 5, np.nan, 2.5])
    assert lowest[:4].tolist() == [17.5, 0, 0, 20]
    assert highest[:4].tolist() == [22.5, 2.5, 8, 20]
    assert np.isnan([lowest[4], highest[4]]).all()


def test_the_lower_limit_is_of_the_lowest_count_and_the_upper_of_the_highest() -> None:
    found = count_with_rounding([20, 20], [2.5, np.nan])
    low, high = poisson_limits([17.5, 20, 22.5])
    assert found.value.tolist() == [20, 20]
    assert found.lower.tolist() == [low[0], low[1]]
    assert found.upper.tolist() == [high[2], high[1]]

    rate = rate_with_rounding([20, 20], 1_000, [2.5, np.nan], multiplier=1_000)
    assert rate.value.tolist() == [20, 20]
    assert rate.lower == pytest.approx([low[0], low[1]])
    assert rate.upper == pytest.approx([high[2], high[1]])

    rate = rate_with_rounding(20, 1_000, 2.5, 50, multiplier=1_000)
    assert rate.lower == pytest.approx(low[0] / 1.05)
    assert rate.upper == pytest.approx(high[2] / 0.95)

    share = share_with_rounding(20, 100, 2.5, 5)
    assert share.value == 20
    assert share.lower == pytest.approx(share_with_limits(17.5, 105).lower)
    assert share.upper == pytest.approx(share_with_limits(22.5, 95).upper)


def test_exact_counts_have_the_limits_that_they_have_anyway() -> None:
    events, total = np.array([0.0, 3, 40, 90]), np.array([5.0, 50, 41, 90])
    for ours, plain in (
        (rate_with_rounding(events, total, np.nan, multiplier=100), rate_with_limits(events, total, 100)),
        (share_with_rounding(events, total, np.nan, np.nan), share_with_limits(events, total)),
    ):
        for side in ("value", "lower", "upper"):
            assert getattr(ours, side) == pytest.approx(getattr(plain, side))


def holds(wide: Estimate, narrow: Estimate) -> bool:
    return bool(wide.lower <= narrow.lower + 1e-9 and wide.upper >= narrow.upper - 1e-9)


true_shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
bases = st.sampled_from([1.0, 3.0, 5.0, 10.0])


def rounded_alone(count: int, base: float, _: bool) -> tuple[float, float]:
    """The nearest multiple of a base, and by how much it can be off."""
    return float(np.floor(count / base + 0.5) * base), base / 2


def rounded_together(count: int, base: float, goes_up: bool) -> tuple[float, float]:
    """The multiple below a count or above it, and by how much it can be off."""
    return float((np.ceil if goes_up else np.floor)(count / base) * base), base - 1


@pytest.mark.parametrize("rounded", [rounded_alone, rounded_together])
@settings(deadline=None)
@given(true_shares, bases, bases, st.booleans(), st.booleans(), st.floats(0.5, 0.999))
def test_limits_from_rounded_counts_hold_those_of_the_counts_before(
    rounded: Callable[[int, float, bool], tuple[float, float]],
    pair: tuple[int, int],
    base: float,
    total_base: float,
    goes_up: bool,
    total_goes_up: bool,
    confidence: float,
) -> None:
    events, total = pair
    shown, error = rounded(events, base, goes_up)
    shown_total, total_error = rounded(total, total_base, total_goes_up)
    count = count_with_rounding(shown, error, confidence)
    low, high = poisson_limits(events, confidence)
    assert holds(count, Estimate(np.array(float(events)), low, high))
    if shown_total == 0:
        return
    share = share_with_rounding(shown, shown_total, error, total_error, confidence=confidence)
    assert holds(share, share_with_limits(events, total, confidence=confidence))
    assert 0 <= share.lower <= share.value <= share.upper <= 100
    rate = rate_with_rounding(shown, shown_total, error, total_error, multiplier=10, confidence=confidence)
    if not np.isnan(rate.value):
        assert holds(rate, rate_with_limits(events, total, 10, confidence))


def test_counts_that_rounding_made_cross_are_the_whole() -> None:
    share = share_with_rounding([25, 25], [20, 25], [2.5, 2.5], [5, 2.5])
    assert share.value.tolist() == [100, 100]
    assert share.upper.tolist() == [100, 100]
    assert share.lower == pytest.approx(share_with_limits([22.5, 22.5], [25, 27.5]).lower)


def test_there_is_nothing_where_a_number_is_missing_or_there_may_be_nobody() -> None:
    for found in (
        rate_with_rounding([np.nan, 5, 5], [100, 0, 5], 2.5, [np.nan, 5, 5], multiplier=1),
        share_with_rounding([np.nan, 0, 5, 3], [100, 0, np.nan, 5], 2.5, [2.5, 2.5, 2.5, 5]),
    ):
        for side in ("value", "lower", "upper"):
            assert np.isnan(getattr(found, side)).all()


def test_a_verdict_stands_only_if_it_does_at_every_end() -> None:
    def judge(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        ratio = ratio_of_rates(a, 1_000, b, 1_000)
        return np.where(ratio.lower > 1, "higher", np.where(ratio.upper < 1, "lower", "alike"))

    # 60 against 40 are told apart, but not 55 against 45; 80 against 30 are whatever was rounded.
    first, second = np.array([60.0, 80, 50]), np.array([38.0, 30, 50])
    assert judge(first, second).tolist() == ["higher", "higher", "alike"]
    assert verdict_holds(judge, (first, 5), (second, 5)).tolist() == [False, True, True]
    assert verdict_holds(judge, (first, np.nan), (second, np.nan)).tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ends_of_rounded(5, -5), "error must be finite and not negative"),
        (
            lambda: share_with_rounding(30, 20, 2.5, 2.5),
            "events must not be more than the total they are a share of",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        call()  # type: ignore[operator]
    assert str(refusal.value) == sentence
