"""What is hidden for the sake of others loses little more than must be lost."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from cell_tables import random_counts, table_of

from pipeline.disclosure.choose import choose_suppressed
from pipeline.disclosure.intervals import find_intervals
from tests.disclosure.least_cost import find_least_cost
from tests.disclosure.other_solver import intervals_by_cp_sat

SHAPES = [(6, 5), (8, 6), (4, 4, 2)]


def loss_of(cells: pd.DataFrame, is_hidden: np.ndarray) -> float:
    counts = cells["count"].to_numpy(float)
    return float((np.log1p(counts) + 1)[is_hidden & (counts >= 5)].sum())


def is_good(cells: pd.DataFrame, relations: pd.DataFrame, is_hidden: np.ndarray) -> bool:
    small = cells.loc[cells["count"].between(1, 4), "cell_id"]
    intervals = find_intervals(cells.assign(value=cells["count"].where(~is_hidden)), relations)
    of_small = intervals.set_index("cell_id").loc[small]
    return bool(((of_small["high"] - of_small["low"]).fillna(4) >= 4).all())


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 5])
def test_the_least_cost_is_that_of_the_cheapest_of_all_choices(seed: int) -> None:
    cells, relations = table_of(random_counts(np.random.default_rng(seed), 3, 2))
    counts = cells["count"].to_numpy()
    large, is_small = np.flatnonzero(counts >= 5), (counts > 0) & (counts < 5)
    assert is_small.any()
    losses = []
    for choice in product([False, True], repeat=large.size):
        is_hidden = is_small.copy()
        is_hidden[large] = choice
        if loss_of(cells, is_hidden) < min(losses, default=np.inf) and is_good(cells, relations, is_hidden):
            losses.append(loss_of(cells, is_hidden))
    least = find_least_cost(cells, relations, seconds=30)
    assert least.cost == pytest.approx(min(losses))
    assert least.bound == pytest.approx(min(losses))


@pytest.mark.parametrize("seed", range(6))
def test_a_choice_loses_at_most_a_tenth_more_than_the_cheapest(seed: int) -> None:
    shape = SHAPES[seed % len(SHAPES)]
    cells, relations = table_of(random_counts(np.random.default_rng(200 + seed), *shape))
    least = find_least_cost(cells, relations, seconds=30)
    assert least.cost is not None
    loss = loss_of(cells, choose_suppressed(cells, relations).is_hidden.to_numpy())
    assert least.cost - 1e-6 <= loss <= 1.1 * least.cost


@pytest.mark.parametrize(("seed", "shape"), [(0, (14, 9)), (1, (7, 5, 2)), (2, (4, 4, 4))])
def test_another_exact_solver_finds_every_small_count_as_free_as_promised(
    seed: int, shape: tuple[int, ...]
) -> None:
    cells, relations = table_of(random_counts(np.random.default_rng(seed), *shape))
    is_hidden = choose_suppressed(cells, relations).is_hidden.to_numpy()
    seen = cells.assign(value=cells["count"].where(~is_hidden), least=1, most=pd.NA)
    small = cells.loc[cells["count"].between(1, 4), "cell_id"]
    found = intervals_by_cp_sat(seen, relations, small)
    assert len(found) == len(small) > 10
    counts = cells.set_index("cell_id")["count"]
    for cell, low, high in found:
        assert low <= counts[cell]
        assert high is None or (high >= 5 and high - low >= 4 and high >= counts[cell])
