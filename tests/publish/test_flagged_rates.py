"""Rates of flagged crime stand beside the most that they could be, made of published counts alone."""

from __future__ import annotations

import pandas as pd
import pytest
from test_comparisons import CELL, INDICATORS, row

from pipeline.publish.unknown_flags import bound_flagged_rates

FLOATS = ("numerator", "denominator", "value", "lowest", "highest")


def bound(rows: list[dict[str, object]], error: float = 0.0) -> pd.DataFrame:
    """The rows with bounds; each count may be off by `error`."""
    values = pd.DataFrame(rows).astype(dict.fromkeys(FLOATS, "float64"))
    rounding = values[["indicator_id", *CELL]].assign(numerator_error=error, denominator_error=0.0)
    return bound_flagged_rates(values, INDICATORS, rounding)


#   flagged  without flag  →  lowest  highest, per 1,000 of 12,000
@pytest.mark.parametrize(
    ("flagged", "unknown", "lowest", "highest"),
    [(120, 60, 10.0, 15.0), (120, 0, 10.0, 10.0), (0, 6, 0.0, 0.5)],
)
@pytest.mark.parametrize(
    ("indicator_id", "split", "of_unknown"),
    [
        ("violence_rate", "domestic", "violence_rate"),
        ("violence_rate", "non_domestic", "violence_rate"),
        ("domestic_crime_rate", "all", "recorded_crime_rate"),
    ],
)
def test_all_that_have_no_flag_could_belong_to_it(
    indicator_id: str, split: str, of_unknown: str, flagged: int, unknown: int, lowest: float, highest: float
) -> None:
    rows = bound(
        [row(indicator_id, flagged, 12_000, split=split), row(of_unknown, unknown, 12_000, split="not_known")]
    )
    assert rows[["lowest", "highest"]].iloc[0].tolist() == [lowest, highest]
    assert rows[["lowest", "highest"]].iloc[1].isna().all()


def test_nothing_is_told_where_the_number_without_a_flag_is_hidden_or_absent() -> None:
    domestic = row("violence_rate", 120, 12_000, split="domestic", lowest=10.0, highest=10.2)
    hidden = row("violence_rate", 3, 12_000, split="not_known", value_status="suppressed")
    assert bound([domestic, hidden])[["lowest", "highest"]].iloc[0].isna().all()
    assert bound([domestic])[["lowest", "highest"]].iloc[0].isna().all()


def test_blanks_of_another_word_are_added_to_those_without_a_flag() -> None:
    rows = bound(
        [
            row("knife_rate", 120, 12_000, split="domestic", lowest=10.0, highest=11.0),
            row("knife_rate", 24, 12_000, split="not_known", lowest=2.0, highest=2.5),
        ]
    )
    # 12 blanks of the domestic, 24 knives without a flag and 6 of those that say neither.
    assert rows[["lowest", "highest"]].iloc[0].tolist() == [10.0, 13.5]


def test_bounds_are_never_too_low_for_what_was_rounded_away() -> None:
    # 160 of 1,200,000 are 0.13, and so are 161; up to 162 would print so, and up to 42 beside them 0.03.
    rows = bound(
        [
            row("knife_rate", 160, 1_200_000, split="domestic", lowest=0.13, highest=0.13),
            row("knife_rate", 33, 1_200_000, split="not_known", lowest=0.03, highest=0.03),
        ]
    )
    assert rows["highest"].iloc[0] == round((162 + 42) / 1200, 2) > round((160 + 33) / 1200, 2)


def test_each_further_victim_is_one_of_a_crime_without_a_flag() -> None:
    rows = bound(
        [
            row("domestic_victim_rate", 90, 12_000),
            row("recorded_crime_rate", 60, 12_000, split="not_known"),
        ]
    )
    assert rows[["lowest", "highest"]].iloc[0].tolist() == [7.5, 12.5]


@pytest.mark.parametrize("hidden", [0, 1])
def test_hidden_blanks_are_not_counted_as_none(hidden: int) -> None:
    rows = [
        row("knife_rate", 120, 12_000, split="domestic", lowest=10.0, highest=11.0),
        row("knife_rate", 24, 12_000, split="not_known", lowest=2.0, highest=2.5),
    ]
    rows[hidden] |= {"lowest": None, "highest": None}
    assert bound(rows)[["lowest", "highest"]].iloc[0].isna().all()


def test_bounds_cover_the_rounding_of_both_counts() -> None:
    rows = bound(
        [
            row("violence_rate", 120, 12_000, split="domestic"),
            row("violence_rate", 60, 12_000, split="not_known"),
        ],
        error=6.0,
    )
    assert rows[["lowest", "highest"]].iloc[0].tolist() == [9.5, 16.0]


def test_what_rests_on_no_flag_of_the_police_is_left_as_it_is() -> None:
    rows = [
        row("violence_rate", 400, 12_000),
        row("helpline_rate", 40, 12_000),
        row("domestic_violence_share", 40, 100, lowest=30.0, highest=55.0),
        row("violence_rate", 60, 12_000, split="not_known"),
    ]
    made = bound(rows)
    assert made.loc[[0, 1, 3], ["lowest", "highest"]].isna().all(axis=None)
    assert made.loc[2, ["lowest", "highest"]].tolist() == [30.0, 55.0]
