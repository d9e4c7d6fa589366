"""Likeness of neighbours and hot spots agree with published examples and with sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import box

from pipeline.statistics.space import (
    empirical_bayes_rates,
    find_neighbours,
    hot_spots,
    spatial_autocorrelation,
)


def grid(side: int) -> list[list[int]]:
    """The queen's neighbours on a square of cells, row by row."""
    return find_neighbours([box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)])


def slow_moran(y: NDArray[np.float64], neighbours: list[list[int]]) -> float:
    """Moran's I as the formula has it, cell by cell."""
    z = y - y.mean()
    products = [z[i] * z[j] / len(neighbours[i]) for i in range(len(y)) for j in neighbours[i]]
    return float(len(y) / len(y) * sum(products) / (z**2).sum())


def slow_gi_star(y: NDArray[np.float64], neighbours: list[list[int]], i: int) -> float:
    """Formula 14.3 of Ord & Getis 1995 with binary weights and the area itself."""
    n, inside = len(y), [i, *neighbours[i]]
    spread = np.sqrt((y**2).mean() - y.mean() ** 2)
    w = len(inside)
    return float((y[inside].sum() - y.mean() * w) / (spread * np.sqrt((n * w - w**2) / (n - 1))))


def test_crime_in_columbus_is_as_clustered_as_published() -> None:
    import geopandas as gpd
    from libpysal import examples

    columbus = gpd.read_file(examples.get_path("columbus.shp"))
    neighbours = find_neighbours(list(columbus.geometry))
    # R's spdep, moran.test(columbus$CRIME, nb2listw(poly2nb(columbus))): 0.500188557, expected -0.020833333.
    found = spatial_autocorrelation(columbus["CRIME"], neighbours)
    assert found.value == pytest.approx(0.500188557, abs=1e-9)
    assert found.expected == pytest.approx(-1 / 48)
    assert found.p_value == pytest.approx(0.002)


def test_neighbours_of_a_square_are_those_a_king_can_reach() -> None:
    assert grid(3)[4] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert grid(3)[0] == [1, 3, 4]
    assert find_neighbours([box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6)]) == [[1], [0], []]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 50), min_size=16, max_size=16).filter(lambda y: len(set(y)) > 1))
def test_both_statistics_are_the_sums_written_out(numbers: list[int]) -> None:
    y, neighbours = np.array(numbers, dtype=float), grid(4)
    assert spatial_autocorrelation(y, neighbours).value == pytest.approx(slow_moran(y, neighbours))
    expected = [slow_gi_star(y, neighbours, i) for i in range(16)]
    assert hot_spots(y, neighbours).score.tolist() == pytest.approx(expected)


def test_a_gradient_is_clustered_a_chequerboard_is_not_and_noise_is_neither() -> None:
    neighbours = grid(6)
    place = np.arange(36)
    assert spatial_autocorrelation(place // 6, neighbours).p_value == pytest.approx(0.002)
    assert spatial_autocorrelation(place // 6, neighbours).value > 0.5
    rows = [[j for j in others if abs(i - j) in (1, 6)] for i, others in enumerate(neighbours)]
    board = spatial_autocorrelation((place // 6 + place % 6) % 2, rows)
    assert board.value == pytest.approx(-1)
    random = np.random.default_rng(1)
    p = [spatial_autocorrelation(random.normal(size=36), neighbours, seed).p_value for seed in range(100)]
    assert np.mean(np.array(p) < 0.05) < 0.12


def test_the_same_seed_gives_the_same_p_value_and_the_shared_generator_is_left_alone() -> None:
    values = np.random.default_rng(2).normal(size=36)
    before = np.random.get_state()[1].tolist()  # type: ignore[index]
    one = spatial_autocorrelation(values, grid(6), seed=4)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]
    assert spatial_autocorrelation(values, grid(6), seed=4) == one


def test_islands_and_hidden_areas_are_left_out() -> None:
    neighbours = grid(4)
    values = np.random.default_rng(3).normal(size=16)
    whole = spatial_autocorrelation(values, neighbours)
    with_island = spatial_autocorrelation([*values, 99.0], [*neighbours, []])
    assert with_island == whole
    spots = hot_spots([*values, 99.0], [*neighbours, []])
    assert np.isnan(spots.score[16])
    assert np.isfinite(spots.score[:16]).all()
    # A hidden area cuts its neighbours off, as if it were not on the map.
    line = [[1], [0, 2], [1, 3], [2]]
    assert spatial_autocorrelation([1, np.nan, 2, 5], line).area_count == 2
    assert np.isnan(hot_spots([1, np.nan, 2, 5], line).score).all()


def test_a_hot_spot_is_where_high_rates_lie_together() -> None:
    values = np.ones(36)
    values[[0, 1, 6, 7]] = 9
    spots = hot_spots(values, grid(6))
    assert np.nanargmax(spots.score) in (0, 1, 6, 7)
    assert spots.p_value[0] < 0.001
    assert np.isnan(hot_spots(np.ones(36), grid(6)).score).all()


def test_a_map_in_two_parts_is_nothing_to_warn_of() -> None:
    parts = [[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]]
    y = np.array([9.0, 8, 7, 3, 2, 1])
    assert hot_spots(y, parts).score == pytest.approx([slow_gi_star(y, parts, i) for i in range(6)])


def test_rates_are_drawn_towards_the_whole_by_what_is_chance_in_them() -> None:
    o, n = np.array([0.0, 12, 90, 400]), np.array([100.0, 1_000, 5_000, 30_000])
    common = o.sum() / n.sum()
    between = (n * (o / n - common) ** 2).sum() / n.sum() - common / n.mean()
    share = between / (between + common / n)
    assert between > 0
    assert empirical_bayes_rates(o, n) == pytest.approx(share * o / n + (1 - share) * common)
    assert empirical_bayes_rates([10, 10, np.nan], [100, 100, 100])[:2] == pytest.approx([0.1, 0.1])
    # Less than chance between them: the common rate, and not beyond it.
    assert empirical_bayes_rates([10, 11], [100, 100]) == pytest.approx([0.105, 0.105])
    assert np.isnan(empirical_bayes_rates([10, np.nan, 3], [100, 100, 0])[1:]).all()


def test_as_many_values_as_areas() -> None:
    with pytest.raises(ValueError, match="one number an area"):
        hot_spots([1, 2], [[1], [0], []])
