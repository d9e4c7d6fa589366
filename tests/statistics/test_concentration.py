"""Concentration is measured against chance, not against an even spread that never happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.concentration import concentration, expected_gini, expected_half_share


@pytest.mark.parametrize(
    ("events", "half_share", "gini"),
    [
        # Ten each: half the places hold half, and all are alike.
        ([10, 10, 10, 10], 0.5, 0.0),
        # One place has all 40: half of it holds half; a quarter of a half of the square is 3/4.
        ([0, 0, 40, 0], 0.125, 0.75),
        # 12 of 20 in one of four places: 10 of the 12.
        ([4, 12, 2, 2], 10 / 12 / 4, 0.40),
        # 5 of 10 in one place exactly.
        ([5, 3, 2], 1 / 3, 0.2),
        ([7], 0.5, 0.0),
    ],
)
def test_half_share_and_gini_of_places_one_can_count(
    events: list[int], half_share: float, gini: float
) -> None:
    measured = concentration(events)
    assert measured.place_count == len(events)
    assert measured.half_share == pytest.approx(half_share)
    assert measured.gini == pytest.approx(gini)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=25).filter(any))
def test_gini_is_the_mean_difference_over_twice_the_mean(events: list[int]) -> None:
    n = len(events)
    differences = sum(abs(a - b) for a in events for b in events)
    assert concentration(events).gini == pytest.approx(differences / (2 * n * sum(events)), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=25).filter(any), st.integers(2, 9))
def test_neither_units_nor_order_nor_copies_of_the_places_matter(events: list[int], times: int) -> None:
    one = concentration(events)
    for same in (
        concentration([times * count for count in events]),
        concentration(events[::-1]),
        concentration(events * times),
    ):
        assert [same.half_share, same.gini] == pytest.approx([one.half_share, one.gini])
    assert 0 < one.half_share <= 0.5 + 1e-12
    assert -1e-12 <= one.gini < 1


@pytest.mark.parametrize("mean", [0.05, 0.3, 0.7, 1.0, 2.5, 8.0, 60.0, 2_000.0])
def test_what_chance_gives_is_what_chance_gives(mean: float) -> None:
    random = np.random.default_rng(7)
    sets = [concentration(random.poisson(mean, 20_000)) for _ in range(10)]
    for measured in sets:
        assert measured.gini == pytest.approx(measured.expected_gini, rel=0.02)
        assert measured.half_share == pytest.approx(measured.expected_half_share, rel=0.03)


def test_a_few_places_differ_less_by_chance_than_many() -> None:
    random = np.random.default_rng(8)
    ginis = [concentration(random.poisson(12.0, 5)).gini for _ in range(5_000)]
    assert np.mean(ginis) == pytest.approx(expected_gini(12.0, 5), rel=0.02)


def test_small_numbers_alone_look_concentrated() -> None:
    # A hundred events strewn over a thousand like places: a twentieth of the places holds half.
    measured = concentration(np.random.default_rng(9).multinomial(100, np.full(1_000, 0.001)))
    assert measured.half_share < 0.06
    assert measured.expected_half_share == pytest.approx(measured.half_share, rel=0.15)
    assert measured.expected_gini == pytest.approx(measured.gini, rel=0.02)


def test_there_is_no_concentration_of_nothing() -> None:
    measured = concentration([0, 0, 0])
    assert measured.place_count == 3
    assert np.isnan(
        [measured.half_share, measured.gini, measured.expected_half_share, measured.expected_gini]
    ).all()


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([], "events must be one known count a place, for one place or more"),
        ([3, np.nan], "events must be one known count a place, for one place or more"),
        ([[3, 4]], "events must be one known count a place, for one place or more"),
        ([3, -4], "events must be finite and not negative"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(events: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        concentration(events)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("mean", [0.0, -1.0, float("nan")])
def test_chance_needs_a_mean(mean: float) -> None:
    for call in (lambda: expected_gini(mean, 5), lambda: expected_half_share(mean)):
        with pytest.raises(ValueError, match=r"^mean must be one finite number over 0$"):
            call()
