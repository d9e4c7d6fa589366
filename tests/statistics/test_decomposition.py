"""The parts of a difference add up to it, and each is what a change of that kind alone would make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.decomposition import decompose_share

cell = st.integers(0, 3_000)
table = st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=8)


def test_a_difference_one_can_work_out() -> None:
    # Local: 300 and 100 offences with 50% and 10%; reference: 200 and 200 with 40% and 20%.
    found = decompose_share([150, 10], [300, 100], [80, 40], [200, 200])
    assert float(found.mix.value + found.within.value) == pytest.approx(40 - 30)
    # Half as much more of the first, at a mean share of 45% against 15%.
    assert float(found.mix.value) == pytest.approx(100 * (0.25 * 0.45 - 0.25 * 0.15))
    assert float(found.within.value) == pytest.approx(100 * (0.10 * 0.625 - 0.10 * 0.375))
    assert found.within_by_category.tolist() == pytest.approx([6.25, -3.75])


@settings(deadline=None, max_examples=60)
@given(table)
def test_parts_add_up_to_the_difference_exactly(rows: list[tuple[int, int, int, int]]) -> None:
    d, other, e, reference_other = np.array(rows, dtype=float).T
    n, m = d + other, e + reference_other
    found = decompose_share(d, n, e, m)
    if n.sum() == 0 or m.sum() == 0:
        assert np.isnan([found.mix.value, found.within.upper]).all()
        return
    difference = 100 * (d.sum() / n.sum() - e.sum() / m.sum())
    assert float(found.mix.value + found.within.value) == pytest.approx(difference, abs=1e-9)
    assert found.mix_by_category.sum() == pytest.approx(float(found.mix.value), abs=1e-9)
    assert found.within_by_category.sum() == pytest.approx(float(found.within.value), abs=1e-9)


def test_one_kind_of_change_leaves_the_other_part_nothing() -> None:
    only_mix = decompose_share([150, 20], [300, 100], [100, 40], [200, 200])
    assert float(only_mix.within.value) == pytest.approx(0)
    only_within = decompose_share([60, 5], [100, 50], [100, 20], [200, 100])
    assert float(only_within.mix.value) == pytest.approx(0)


def test_a_category_that_the_reference_does_not_know_is_left_out() -> None:
    found = decompose_share([150, 10, 30], [300, 100, 100], [80, 40, np.nan], [200, 200, np.nan])
    known = decompose_share([150, 10], [300, 100], [80, 40], [200, 200])
    assert np.isnan(found.mix_by_category[2])
    assert np.isnan(found.within_by_category[2])
    assert (float(found.mix.value), float(found.within.value)) == (
        float(known.mix.value),
        float(known.within.value),
    )
    nothing = decompose_share([5.0], [10.0], [np.nan], [np.nan])
    assert np.isnan([nothing.mix.value, nothing.mix.lower, nothing.within.upper]).all()


def test_limits_hold_the_true_parts_as_often_as_they_say() -> None:
    random = np.random.default_rng(3)
    mean = np.array([[150.0, 150], [10, 90], [40, 60]])
    reference = np.array([[8_000.0, 12_000], [4_000, 16_000], [9_000, 9_000]])
    truth = decompose_share(mean[:, 0], mean.sum(axis=1), reference[:, 0], reference.sum(axis=1))
    hits = np.zeros(2)
    for seed in range(200):
        counts = random.poisson(mean)
        found = decompose_share(
            counts[:, 0], counts.sum(axis=1), reference[:, 0], reference.sum(axis=1), seed=seed
        )
        hits += [
            part.lower <= true.value <= part.upper
            for part, true in ((found.mix, truth.mix), (found.within, truth.within))
        ]
    assert (hits >= 0.92 * 200).all()


def test_more_events_than_their_total_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be more than the total"):
        decompose_share([5], [4], [1], [2])


def test_shares_of_known_flags_stand_apart_against_a_reference_that_lacks_none() -> None:
    # 150 of 300 and 10 of 100 flags known to be domestic; a fifth and a half more offences have none.
    known = decompose_share([150, 10], [300, 100], [80, 40], [200, 200])
    found = decompose_share([150, 10], [375, 200], [80, 40], [200, 200], unflagged=[0.2, 0.5])
    # 160 of 575 less 120 of 400.
    assert float(found.mix.value + found.within.value) == pytest.approx(100 * (160 / 575 - 120 / 400))
    # By the mean of the parts that the kinds are of all here and there: 40% and 5% of all, against 40% and 20%.
    weights = [(375 / 575 + 0.5) / 2, (200 / 575 + 0.5) / 2]
    assert found.within_by_category.tolist() == pytest.approx([0, -15 * weights[1]])
    # Shares of known flags are 50% and 10%.
    assert found.known_within_by_category.tolist() == pytest.approx([10 * weights[0], -10 * weights[1]])
    assert found.known_within.lower < found.known_within.value < found.known_within.upper
    assert float(known.known_within.value) == float(known.within.value)
