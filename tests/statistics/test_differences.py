"""The difference of two shares is Newcombe's, that of two rates Zou and Donner's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.differences import difference_of_rates, difference_of_shares
from pipeline.statistics.intervals import ratio_of_rates, share_with_limits

shares = st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_limits_are_those_of_newcombe() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
    table = """
        56  70   48  80    0.2000   0.0524   0.3339
         9  10    3  10    0.6000   0.1705   0.8090
         6   7    2   7    0.5714   0.0582   0.8062
         5  56    0  29    0.0893  -0.0381   0.1926
         0  10    0  20    0.0000  -0.1611   0.2775
         0  10    0  10    0.0000  -0.2775   0.2775
        10  10    0  20    1.0000   0.6791   1.0000
        10  10    0  10    1.0000   0.6075   1.0000
    """
    rows = [[float(cell) for cell in line.split()] for line in table.strip().splitlines()]
    a, n_a, b, n_b, value, lower, upper = np.array(rows).T
    estimate = difference_of_shares(a, n_a, b, n_b, multiplier=1)
    assert estimate.value == pytest.approx(value, abs=5e-5)
    assert estimate.lower == pytest.approx(lower, abs=5e-5)
    assert estimate.upper == pytest.approx(upper, abs=5e-5)


@settings(deadline=None)
@given(shares, shares, st.floats(0.5, 0.999))
def test_limits_contain_the_difference_and_turn_round(
    a: tuple[int, int], b: tuple[int, int], confidence: float
) -> None:
    there = difference_of_shares(*a, *b, confidence=confidence)
    back = difference_of_shares(*b, *a, confidence=confidence)
    assert -100 - 1e-9 <= there.lower <= there.value + 1e-9
    assert there.value - 1e-9 <= there.upper <= 100 + 1e-9
    assert there.lower == pytest.approx(-back.upper, abs=1e-9)


@settings(deadline=None)
@given(shares, shares)
def test_shares_whose_limits_do_not_touch_differ(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = share_with_limits(*a), share_with_limits(*b)
    if one.lower > other.upper:
        assert difference_of_shares(*a, *b).lower > 0


def test_there_is_no_difference_from_nothing() -> None:
    estimate = difference_of_shares([1, 1, 1], [5, 0 + 5, 5], [0, np.nan, 2], [0, 9, 9])
    assert np.isnan(estimate.upper).tolist() == [True, True, False]


def test_points_are_percentage_points_unless_said_otherwise() -> None:
    assert difference_of_shares(3, 10, 1, 10).value == pytest.approx(20)
    assert difference_of_shares(3, 10, 1, 10, multiplier=1).value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1, 2], 9, [1, 2, 3], 9), "the two shares must have the same shape, or be single numbers"),
        ((1, 9, 10, 9), "events must not be more than the total they are a share of"),
        ((1, 9, -1, 9), "events must be finite and not negative"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(arguments: tuple[object, ...], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        difference_of_shares(*arguments)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


def test_a_multiplier_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="multiplier must be one finite number over 0"):
        difference_of_shares(1, 9, 2, 9, multiplier=0)


def test_a_difference_of_rates_is_the_arithmetic_on_paper() -> None:
    # 4 and 1 among 1,000: Garwood's limits 1.090 to 10.242 and 0.025 to 5.572.
    estimate = difference_of_rates(4, 1_000, 1, 1_000, multiplier=1_000)
    assert estimate.value == pytest.approx(3)
    assert estimate.lower == pytest.approx(3 - np.hypot(4 - 1.090, 5.572 - 1), abs=1e-3)
    assert estimate.upper == pytest.approx(3 + np.hypot(10.242 - 4, 1 - 0.025), abs=1e-3)


rates = st.tuples(st.integers(0, 9_000), st.integers(1, 90_000))


@settings(deadline=None)
@given(rates, rates, st.floats(0.5, 0.999))
def test_a_difference_of_rates_turns_round_and_has_the_unit_of_the_multiplier(
    a: tuple[int, int], b: tuple[int, int], confidence: float
) -> None:
    there = difference_of_rates(*a, *b, multiplier=1_000, confidence=confidence)
    back = difference_of_rates(*b, *a, multiplier=1, confidence=confidence)
    assert there.lower <= there.value <= there.upper
    assert there.lower == pytest.approx(-1_000 * back.upper)


def test_large_rates_that_differ_as_a_ratio_differ_as_a_difference() -> None:
    # Far from the edge of significance the two must say the same.
    random = np.random.default_rng(1_693)
    a, b = random.integers(200, 900, (2, 2_000)).astype(float)
    ratio, difference = (
        ratio_of_rates(a, 5_000, b, 5_000),
        difference_of_rates(a, 5_000, b, 5_000, multiplier=1),
    )
    by_ratio, by_difference = ratio.lower > 1, difference.lower > 0
    assert 0.2 < by_ratio.mean() < 0.8
    assert np.mean(by_ratio != by_difference) < 0.01


def test_there_is_no_difference_of_rates_from_nothing() -> None:
    estimate = difference_of_rates([1, 1, 1], [5, 5, 5], [0, np.nan, 2], [0, 9, 9], multiplier=1)
    assert np.isnan(estimate.upper).tolist() == [True, True, False]
    with pytest.raises(ValueError, match=r"^the two rates must have the same shape, or be single numbers$"):
        difference_of_rates([1, 2], 9, [1, 2, 3], 9, multiplier=1)
