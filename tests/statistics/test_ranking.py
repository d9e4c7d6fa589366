"""Factors are ranked by how unlike others they are, in the direction that is worse, with what is not sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.ranking import rank_correlation, rank_factors

OTHERS = [[8.0, 10, 12], [40, 50, 60], [1, 2, 3]]


def test_scores_are_deviations_turned_to_worse() -> None:
    # 14 is two deviations above 10; 35 is one and a half below 50 and lower is worse; 2 is the mean.
    found = rank_factors([14, 35, 2], [0.0, 0.0, 0.0], OTHERS, [True, False, True])
    assert found.score.tolist() == pytest.approx([2.0, 1.5, 0.0])
    assert found.rank.tolist() == found.rank_lower.tolist() == found.rank_upper.tolist() == [1, 2, 3]


def test_ranks_that_chance_could_turn_are_told_so() -> None:
    found = rank_factors([14, 35, -9], [1.0, 5.0, 0.1], OTHERS, [True, False, True])
    assert found.rank.tolist() == [1, 2, 3]
    assert (found.rank_lower[:2] == 1).all()
    assert (found.rank_upper[:2] == 2).all()
    assert found.rank_lower[2] == found.rank_upper[2] == 3
    again = rank_factors([14, 35, -9], [1.0, 5.0, 0.1], OTHERS, [True, False, True])
    assert again.rank_upper.tolist() == found.rank_upper.tolist()


@pytest.mark.parametrize("others", [[np.nan, 10, 12], [10, 10, 10]])
def test_without_comparators_that_differ_a_factor_has_no_score(others: list[float]) -> None:
    found = rank_factors([14, 35], [1, 1], [others, [40, 50, 60]], [True, True])
    assert np.isnan([found.score[0], found.rank[0], found.rank_lower[0]]).all()
    assert found.rank[1] == 1


def test_a_hidden_value_has_no_rank_and_takes_none() -> None:
    found = rank_factors([np.nan, 55, 2.5], [1, 1, 1], OTHERS, [True, True, True])
    assert np.isnan(found.rank[0])
    assert found.rank[1:].tolist() == [1.5, 1.5]


def test_factors_and_comparators_must_fit() -> None:
    with pytest.raises(ValueError, match="each factor needs"):
        rank_factors([1, 2], [1, 1], [[1, 2, 3]], [True, True])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=30))
def test_rank_correlation_is_scipys(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, dtype=float).T
    found = rank_correlation(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(found.value)
    else:
        assert float(found.value) == pytest.approx(stats.spearmanr(first, second).statistic)
        is_whole = abs(found.value) == 1
        assert is_whole == bool(np.isnan(found.lower)) == bool(np.isnan(found.upper))
        assert is_whole or -1 <= found.lower <= found.value <= found.upper <= 1


def test_limits_of_a_rank_correlation_hold_the_truth_as_often_as_they_say() -> None:
    random, rho = np.random.default_rng(2), 0.6
    truth = 6 / np.pi * np.arcsin(rho / 2)
    hits = 0
    for _ in range(400):
        first = random.normal(size=40)
        found = rank_correlation(first, rho * first + np.sqrt(1 - rho**2) * random.normal(size=40))
        hits += bool(found.lower <= truth <= found.upper)
    assert hits >= 0.93 * 400


def test_too_few_pairs_have_no_correlation() -> None:
    assert np.isnan(rank_correlation([1, 2, 3, np.nan], [1, 2, 3, 4]).value)
    whole = rank_correlation([1, 2, 3, 4], [2, 4, 6, 8])
    # Fisher's scale has no end: of a whole agreement it knows no limits.
    assert float(whole.value) == 1
    assert np.isnan([whole.lower, whole.upper]).all()
