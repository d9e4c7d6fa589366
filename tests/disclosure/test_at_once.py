"""Parts that are solved beside each other come to what they would one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest
from cell_tables import random_counts, table_of

from pipeline.disclosure import choose
from pipeline.disclosure.at_once import at_once


def test_what_is_found_stands_in_the_order_of_the_parts() -> None:
    def find(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    assert at_once(find, [0.05, 0.0, 0.02]) == [0.05, 0.0, 0.02]
    assert at_once(find, []) == []


def test_an_error_in_a_part_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        at_once(lambda part: 1 / part, [1, 0])


def one_by_one(find: Callable[[int], int], parts: Iterable[int]) -> list[int]:
    return [find(part) for part in parts]


def test_a_choice_of_many_pieces_is_the_same_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    tables = [table_of(random_counts(random, 3, 4)) for _ in range(6)]
    cells = pd.concat(
        [each.assign(cell_id=f"{n}-" + each["cell_id"].astype(str)) for n, (each, _) in enumerate(tables)]
    )
    sums = pd.concat(
        [
            each.assign(**{name: f"{n}-" + each[name].astype(str) for name in each})
            for n, (_, each) in enumerate(tables)
        ]
    )
    beside = choose.choose_suppressed(cells, sums)
    assert beside.is_hidden.any()
    monkeypatch.setattr(choose, "at_once", one_by_one)
    alone = choose.choose_suppressed(cells, sums)
    pd.testing.assert_series_equal(beside.is_hidden, alone.is_hidden)
    pd.testing.assert_frame_equal(beside.ends, alone.ends)
    pd.testing.assert_frame_equal(beside.tables, alone.tables)
