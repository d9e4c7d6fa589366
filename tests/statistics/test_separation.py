"""Points that a likelihood would take to nothing are found, all of them and no others."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from pipeline.statistics.separation import find_separated


def means(counts: np.ndarray, design: np.ndarray) -> np.ndarray:
    """The Poisson means of a fit that is held back only where nothing else holds it."""

    def loss(beta: np.ndarray) -> float:
        return float(np.exp(design @ beta).sum() - counts @ design @ beta + 1e-7 * beta @ beta)

    def slope(beta: np.ndarray) -> np.ndarray:
        return design.T @ (np.exp(design @ beta) - counts) + 2e-7 * beta

    found = minimize(loss, np.zeros(design.shape[1]), jac=slope, method="BFGS", options={"maxiter": 5_000})
    return np.exp(design @ found.x)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_separated_is_what_a_fit_takes_to_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    stretch, season = random.integers(0, 3, 9), random.integers(0, 2, 9)
    design = np.column_stack([stretch[:, None] == np.arange(3), season == 1, np.arange(9) / 4]).astype(float)
    counts = random.choice([0.0, 0, 0, 1, 4], 9)
    found = find_separated(counts[np.newaxis], np.ones((1, 9), dtype=bool), design)[0]
    assert found.tolist() == (means(counts, design) < 1e-3).tolist()


def test_only_points_that_are_used_count() -> None:
    level = np.ones((4, 1))
    counts, used = (
        np.array([[0.0, 0, 5, 6], [0, 0, 5, 6]]),
        np.array([[1, 1, 1, 1], [1, 1, 0, 0]], dtype=bool),
    )
    assert find_separated(counts, used, level).tolist() == [[False] * 4, [True, True, False, False]]
