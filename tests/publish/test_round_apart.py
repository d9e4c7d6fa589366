"""What is not nothing never reads as nothing: in published limits, and in the sentences of claims."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.publish.claim_words import in_words, interval_in_words
from pipeline.publish.round_apart import round_apart


@pytest.mark.parametrize(
    ("value", "decimals", "nothing", "shown"),
    [
        (0.26, 1, 0.0, 0.3),
        (0.04, 1, 0.0, 0.04),
        (-0.0004, 1, 0.0, -0.0004),
        (1.0004, 3, 1.0, 1.0004),
        (0.99996, 3, 1.0, 0.99996),
        (1.0, 3, 1.0, 1.0),
        (0.0, 1, 0.0, 0.0),
        (np.nan, 1, 0.0, np.nan),
    ],
)
def test_a_limit_has_as_many_digits_as_tell_it_from_no_difference(
    value: float, decimals: int, nothing: float, shown: float
) -> None:
    assert float(round_apart(value, decimals, nothing)) == pytest.approx(shown, nan_ok=True)


def test_nothing_has_no_sign() -> None:
    assert not np.signbit(round_apart([-0.0, -1e-12], 1, 0.0)).any()


@pytest.mark.parametrize(
    ("number", "decimals", "words"),
    [(0.0, 1, "0"), (0.04, 1, "less than 0.1"), (0.05, 1, "0.1"), (0.004, 2, "less than 0.01"), (1_234.5, 0, "1,234"),
     (np.inf, 2, "without limit")],
)  # fmt: skip
def test_a_small_number_in_a_sentence_is_less_than_the_least_that_can_be_written(
    number: float, decimals: int, words: str
) -> None:
    assert in_words(number, decimals) == words


def test_an_interval_from_almost_nothing_says_so() -> None:
    assert interval_in_words(0.03, 2.0, 1, "%") == "less than 0.1% to 2.0%"
    assert interval_in_words(0.0, np.inf, 2) == "0 and upwards, with no upper limit"
