"""What is said of street-level totals beside the force's own: a month missing, usual, or far apart."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pipeline.publish.reconciliation import AGREE, FEWER, MERGED, MORE, UNUSUAL, reconcile

DAY = date(2024, 3, 31)


def quarter(
    street: float, force: float, months: int = 3, category: str = "Robbery", start: str = "2023-04-01"
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crime_category": [category],
            "quarter_start": [pd.Timestamp(start)],
            "month_count": [months],
            "street_count": [street],
            "force_count": [force],
        }
    )


@pytest.mark.parametrize(
    ("row", "difference", "percent", "explanation"),
    [
        (quarter(99, 100), -1, -1.0, FEWER),
        (quarter(103, 100), 3, 3.0, MORE),
        (quarter(100, 100), 0, 0.0, AGREE),
        (quarter(96, 100), -4, -4.0, FEWER),
        (quarter(104.1, 100), 4.1, 4.1, UNUSUAL),
        (quarter(64, 100, months=2), -36, -36.0, "1 of 3 months of street-level files never arrived."),
        (quarter(0, 0), 0, None, AGREE),
        (quarter(99, 100, category="Violence and sexual offences"), -1, -1.0, f"{FEWER} {MERGED}"),
    ],
)
def test_a_difference_is_told_with_its_reason(
    row: pd.DataFrame, difference: float, percent: float | None, explanation: str
) -> None:
    [told] = reconcile(row, DAY).itertuples()
    assert told.difference == pytest.approx(difference)
    assert pd.isna(told.percent) if percent is None else told.percent == percent
    assert told.explanation == explanation
    assert told.period_end == pd.Timestamp(2023, 6, 30)


def test_a_quarter_that_ends_after_the_cut_off_is_not_told() -> None:
    assert len(reconcile(quarter(1, 1, start="2024-01-01"), DAY)) == 1
    assert len(reconcile(quarter(1, 1, start="2024-01-01"), date(2024, 3, 30))) == 0


def test_without_both_sources_there_is_nothing_to_tell() -> None:
    none = reconcile(quarter(1, 1).iloc[:0], DAY)
    assert none.empty
    assert list(none.columns) == list(reconcile(quarter(1, 1), DAY).columns)
