"""No p-value is told as nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.publish.p_values import LEAST, p_in_numbers, p_in_words
from pipeline.settings import Settings


@pytest.mark.parametrize(
    ("p_value", "number", "words"),
    [
        (0.0, 0.001, "under 0.001"),
        (1e-300, 0.001, "under 0.001"),
        (0.0004, 0.001, "under 0.001"),
        (0.00101, 0.001, "0.001"),
        (0.04567, 0.0457, "0.046"),
        (1.0, 1.0, "1.000"),
    ],
)
def test_a_p_value_is_told_as_the_least_or_more(p_value: float, number: float, words: str) -> None:
    assert p_in_numbers(p_value, 4) == number
    assert p_in_words(p_value) == words


def test_there_is_no_p_value_where_nothing_was_tested() -> None:
    assert np.isnan(p_in_numbers(np.nan, 4))


@pytest.mark.parametrize("table", ["claims", "distributions"])
def test_no_published_p_value_is_nothing(table: str, demonstration: Settings) -> None:
    told = pd.read_parquet(demonstration.published / f"{table}.parquet")["p_value"].dropna()
    assert told.between(LEAST, 1).all()
    assert (told == LEAST).any()
