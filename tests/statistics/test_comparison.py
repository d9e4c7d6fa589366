"""The verdict on what varies more follows the truth that made the counts, and five areas settle nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.statistics.comparison import (
    SpreadComparison,
    adjust_by_holm,
    compare_spreads,
    holm_levels,
    judge_evenness,
    judge_ratio,
)

POPULATIONS = np.random.default_rng(40).uniform(80_000, 300_000, 60)
BASES = [15 / 1_000, 0.6 / 1_000, 1.2 / 1_000]
FEWEST = 15
MARGIN = 1.25


def draw_counts(
    spreads: list[float], area_count: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts of one measure a spread over the same areas, whose log rates go together a little."""
    random = np.random.default_rng(seed)
    people = np.tile(POPULATIONS[:area_count], (len(spreads), 1))
    common = random.normal(size=area_count)
    log_rates = np.sqrt(0.3) * common + np.sqrt(0.7) * random.normal(size=people.shape)
    expected = np.array(BASES)[: len(spreads), None] * people * np.exp(np.array(spreads)[:, None] * log_rates)
    return random.poisson(expected).astype(float), people


def words(compared: SpreadComparison) -> list[str]:
    """The verdict on the first measure against each other."""
    limits = compared.ratio_limits(holm_levels(compared.p_value))
    return [
        judge_ratio(*numbers, compared.area_count, FEWEST)
        for numbers in zip(*limits, adjust_by_holm(compared.p_value), strict=True)
    ]


def test_the_verdict_turns_with_the_truth() -> None:
    less = compare_spreads(*draw_counts([0.20, 0.45, 0.45], 40, seed=1))
    assert words(less) == ["varies_less", "varies_less"]
    more = compare_spreads(*draw_counts([0.45, 0.20, 0.20], 40, seed=2))
    assert words(more) == ["varies_more", "varies_more"]
    equal = compare_spreads(*draw_counts([0.30, 0.30, 0.30], 40, seed=3))
    assert words(equal) == ["not_detectably_different", "not_detectably_different"]


def test_five_areas_settle_nothing_however_far_apart() -> None:
    compared = compare_spreads(*draw_counts([0.05, 0.9, 0.9], 5, seed=1))
    assert words(compared) == ["cannot_settle", "cannot_settle"]
    assert judge_evenness(1.0, 1.01, MARGIN, 14, FEWEST) == "cannot_settle"
    assert judge_evenness(1.0, 1.01, MARGIN, 15, FEWEST) == "practically_even"


def test_intervals_hold_the_true_ratio_as_often_as_they_say() -> None:
    hits = 0
    for seed in range(60):
        events, people = draw_counts([0.2, 0.4], 30, seed)
        compared = compare_spreads(events, people, repeats=400, seed=seed)
        lower, upper = compared.ratio_limits()
        hits += bool(lower[0] <= 0.5 <= upper[0])
    # 57 are expected; two standard errors fewer are 53.6. `tests.bench_claims` draws many more.
    assert hits >= 53


def test_six_measures_of_forty_areas_take_seconds_at_most() -> None:
    people = np.tile(POPULATIONS[:40], (6, 1))
    events = np.random.default_rng(1).poisson(0.002 * people)
    started = time.perf_counter()
    compare_spreads(events, people, repeats=2_000)
    assert time.perf_counter() - started < 10


def test_the_same_seed_gives_the_same_answer_and_areas_without_a_count_are_left_out() -> None:
    events, people = draw_counts([0.2, 0.4], 20, seed=9)
    one = compare_spreads(events, people, repeats=200, seed=5)
    holes = np.concatenate([events, [[np.nan], [3.0]]], axis=1)
    other = compare_spreads(holes, np.concatenate([people, [[1e5], [1e5]]], axis=1), repeats=200, seed=5)
    assert other.area_count == one.area_count == 20
    assert one.ratio_limits() == other.ratio_limits()
    assert one.ratio_limits() != compare_spreads(events, people, repeats=200, seed=6).ratio_limits()


def test_a_measure_without_events_has_no_verdict_and_leaves_the_others_theirs() -> None:
    events, people = draw_counts([0.2, 0.4, 0.4], 30, seed=4)
    events[1] = 0
    compared = compare_spreads(events, people, repeats=200)
    assert np.isnan([compared.ratio[0], compared.ratio_limits()[0][0], compared.p_value[0]]).all()
    assert np.isfinite([compared.ratio[1], compared.p_value[1]]).all()
    assert adjust_by_holm(compared.p_value)[1] == compared.p_value[1]


def test_areas_alike_but_for_chance_have_an_interval_from_nothing() -> None:
    people = np.tile(POPULATIONS[:40], (2, 1))
    events = np.random.default_rng(12).poisson(0.01 * people)
    compared = compare_spreads(events, people, repeats=500)
    assert (compared.spread_lower == 0).all()
    assert (compared.spread_upper < 0.05).all()


def test_two_areas_are_too_few_to_draw_from() -> None:
    compared = compare_spreads([[5, 9], [4, 4]], 100)
    assert np.isnan(compared.spread).all()
    assert np.isnan(compared.ratio).all()


@pytest.mark.parametrize(
    ("lower", "upper", "word"),
    [
        (1.05, 1.249, "practically_even"),
        (1.05, 1.25, "inconclusive"),
        (1.25, 1.60, "inconclusive"),
        (1.251, 1.60, "materially_uneven"),
        (np.nan, np.nan, "cannot_settle"),
    ],
)
def test_evenness_is_judged_at_the_margin(lower: float, upper: float, word: str) -> None:
    assert judge_evenness(lower, upper, MARGIN, 40, FEWEST) == word


@pytest.mark.parametrize(
    ("lower", "upper", "adjusted_p", "areas", "word"),
    [
        (0.4, 0.99, 0.049, 15, "varies_less"),
        (0.4, 1.00, 0.049, 15, "not_detectably_different"),
        (0.4, 0.99, 0.050, 15, "not_detectably_different"),
        (1.01, 2.0, 0.049, 15, "varies_more"),
        (0.4, 0.99, 0.049, 14, "cannot_settle"),
    ],
)
def test_a_ratio_needs_its_interval_its_adjusted_p_value_and_enough_areas(
    lower: float, upper: float, adjusted_p: float, areas: int, word: str
) -> None:
    assert judge_ratio(lower, upper, adjusted_p, areas, FEWEST) == word


def test_holm_adjusts_as_in_r() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert adjust_by_holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjust_by_holm([0.9, np.nan, 0.8])[[0, 2]].tolist() == [1.0, 1.0]
    assert np.isnan(adjust_by_holm([0.9, np.nan, 0.8])[1])


def test_no_p_value_of_a_bootstrap_is_less_than_its_repeats_can_tell() -> None:
    # Where no repeat lies beyond, the tail is one of so many and one.
    compared = compare_spreads(*draw_counts([0.02, 1.5, 1.5], 40, seed=1), repeats=50)
    assert (compared.drawn_ratio < 1).all()
    assert (compared.p_value >= 2 / 51).all()
    assert (compared.p_value < 0.1).all()
    assert (adjust_by_holm(compared.p_value) >= 4 / 51).all()


@pytest.mark.parametrize("seed", range(4))
def test_an_interval_leaves_one_out_exactly_where_its_p_value_is_small(seed: int) -> None:
    spreads = [0.3, *np.random.default_rng(seed).uniform(0.15, 0.5, 2)]
    compared = compare_spreads(*draw_counts(spreads, 20, seed), repeats=150, seed=seed)
    for confidence, leaves_out in ((1 - compared.p_value - 1e-6, True), (1 - compared.p_value + 1e-6, False)):
        lower, upper = compared.ratio_limits(confidence)
        assert ((lower > 1) | (upper < 1)).tolist() == [leaves_out] * 2
