"""What differs between areas is told apart from chance, whatever the counts, and agrees with published results."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from pipeline.statistics.variation import (
    cochran_q,
    dersimonian_laird,
    homogeneity,
    log_rates,
    median_rate_ratio,
    minimum_detectable_ratio,
    ninety_ten_ratio,
    paule_mandel,
    systematic_component,
)

# Thirteen trials of BCG vaccine (Colditz 1994): cases and others, vaccinated and not. R's metafor ships them.
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
        [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892],
        [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)  # fmt: skip


def bcg_log_ratios() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The log risk ratio of each trial and its variance."""
    a, b, c, d = BCG.T.astype(float)
    return np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_the_variance_between_trials_is_what_metafor_publishes() -> None:
    effects, variances = bcg_log_ratios()
    assert cochran_q(effects, variances) == pytest.approx(152.2330, abs=5e-5)
    assert dersimonian_laird(effects, variances) == pytest.approx(0.3088, abs=5e-5)
    assert paule_mandel(effects, variances) == pytest.approx(0.3181, abs=5e-5)
    # metafor prints I^2 = 92.12% and H^2 = 12.69 for its method "DL".
    assert 1 - 12 / cochran_q(effects, variances) == pytest.approx(0.9212, abs=5e-5)


def test_homogeneity_of_areas_one_can_count() -> None:
    # 20 expected in each of three: (400 - 0) / 20 twice over, 2 degrees of freedom.
    measured = homogeneity([30, 20, 10], [1_000, 1_000, 1_000])
    assert measured.area_count == 3
    assert measured.statistic == pytest.approx(10.0)
    assert measured.p_value == pytest.approx(np.exp(-5.0))
    w = np.array([30.0, 20.0, 10.0])
    y = np.log(w / 1_000)
    q = (w * (y - np.average(y, weights=w)) ** 2).sum()
    assert [measured.q, measured.i_squared, measured.h_squared] == pytest.approx([q, 1 - 2 / q, q / 2])


def test_areas_with_one_rate_are_homogeneous() -> None:
    measured = homogeneity([10, 20, 40], [100, 200, 400])
    assert (measured.statistic, measured.p_value, measured.i_squared) == (0.0, 1.0, 0.0)


def test_the_literal_claim_is_rejected_no_more_often_than_it_should_be() -> None:
    random = np.random.default_rng(4)
    people = random.uniform(500, 3_000, 12)
    for base in (0.05, 0.001):
        p = [homogeneity(random.poisson(base * people), people).p_value for _ in range(200)]
        assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09


def test_few_events_are_tested_against_every_way_they_could_fall() -> None:
    # Three events on two like areas: all in one has 2 of 8 ways; chi-squared would say 0.083.
    measured = homogeneity([3, 0], [50, 50])
    assert measured.p_value == pytest.approx(0.25, abs=0.015)
    assert measured == homogeneity([3, 0], [50, 50])


def test_an_area_without_a_count_or_people_is_left_out() -> None:
    assert homogeneity([30, 20, 10, np.nan, 7], [1e3, 1e3, 1e3, 1e3, 0]) == homogeneity(
        [30, 20, 10], [1e3] * 3
    )
    assert systematic_component([30, 20, 10, np.nan], [1e3] * 4) == systematic_component(
        [30, 20, 10], [1e3] * 3
    )


@pytest.mark.parametrize("events", [[5.0], [0.0, 0.0, 0.0], [np.nan, np.nan], []])
def test_nothing_is_said_of_one_area_or_of_no_events(events: list[float]) -> None:
    measured = homogeneity(events, [100.0] * len(events))
    assert np.isnan([measured.statistic, measured.p_value, measured.q, measured.i_squared]).all()
    assert np.isnan(systematic_component(events, [100.0] * len(events)))


def test_a_half_stands_for_no_events_there_alone() -> None:
    effects, variances = log_rates([0, 8], [100, 400])
    assert effects == pytest.approx(np.log([0.005, 0.02]))
    assert variances == pytest.approx([2, 0.125])


@settings(deadline=None)
@given(st.lists(st.integers(1, 5_000), min_size=2, max_size=30), st.data())
def test_the_variance_of_paule_and_mandel_brings_q_to_its_degrees_of_freedom(
    events: list[int], data: st.DataObject
) -> None:
    people = data.draw(st.lists(st.integers(100, 9_999), min_size=len(events), max_size=len(events)))
    effects, variances = log_rates(events, people)
    between = paule_mandel(effects, variances)
    q = cochran_q(effects, variances + between)
    if between > 0:
        assert q == pytest.approx(len(events) - 1, rel=1e-6)
    else:
        assert q <= len(events) - 1 + 1e-9
    assert dersimonian_laird(effects, variances) >= 0


def test_like_variances_make_both_moment_estimates_the_plain_one() -> None:
    effects = np.array([0.1, 0.5, 0.9, 1.8])
    plain = effects.var(ddof=1) - 0.04
    assert dersimonian_laird(effects, np.full(4, 0.04)) == pytest.approx(plain)
    assert paule_mandel(effects, np.full(4, 0.04)) == pytest.approx(plain)
    assert dersimonian_laird(effects, np.full(4, 2.0)) == 0 == paule_mandel(effects, np.full(4, 2.0))


def test_ratios_of_a_spread_are_what_pairs_of_areas_show() -> None:
    random = np.random.default_rng(2)
    log_rate = random.normal(0, 0.4, 400_000)
    pairs = np.abs(np.diff(log_rate.reshape(-1, 2), axis=1))
    assert float(median_rate_ratio(0.4)) == pytest.approx(np.exp(np.median(pairs)), rel=0.01)
    low, high = np.quantile(log_rate, [0.1, 0.9])
    assert float(ninety_ten_ratio(0.4)) == pytest.approx(np.exp(high - low), rel=0.01)
    assert float(median_rate_ratio(1.0)) == pytest.approx(np.exp(0.954), abs=0.001)
    assert float(median_rate_ratio(0.0)) == float(ninety_ten_ratio(0.0)) == 1.0


def test_systematic_component_is_the_variance_beyond_chance() -> None:
    # Expected 20 each: ((100 - 20) + (0 - 20) + (100 - 20)) / 400 / 3 * 100.
    assert systematic_component([30, 20, 10], [1_000] * 3) == pytest.approx(100 * 140 / 1_200)
    random = np.random.default_rng(3)
    people = np.full(20_000, 1_000.0)
    rates = 0.02 * random.gamma(25, 1 / 25, people.size)
    assert systematic_component(random.poisson(people * rates), people) == pytest.approx(4.0, rel=0.15)


def test_the_detectable_ratio_is_detected_as_often_as_it_says() -> None:
    k = 20
    ratio = minimum_detectable_ratio(k)
    random = np.random.default_rng(6)
    a, b = random.normal(0, ratio, (20_000, k)), random.normal(0, 1, (20_000, k))
    f = a.var(axis=1, ddof=1) / b.var(axis=1, ddof=1)
    assert np.mean(f < stats.f.ppf(0.025, k - 1, k - 1)) == pytest.approx(0.8, abs=0.01)
    # Five districts would have to differ fivefold in their spread; forty by two fifths.
    assert minimum_detectable_ratio(5) < 0.25
    assert 0.6 < minimum_detectable_ratio(40) < 0.7
    assert np.isnan(minimum_detectable_ratio(1))


def test_two_dimensions_are_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="one count an area"):
        homogeneity([[1, 2], [3, 4]], 100)
