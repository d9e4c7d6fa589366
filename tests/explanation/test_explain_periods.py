"""What people write for a period is read as what they mean, and every label of the report is read back."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.periods import period_label, read_spans

FINANCIAL = (date(2023, 4, 1), date(2024, 3, 31))
SCHOOL = (date(2023, 9, 1), date(2024, 8, 31))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("2023/24", {FINANCIAL, SCHOOL}),
        ("2023-24", {FINANCIAL, SCHOOL}),
        ("2023–24", {FINANCIAL, SCHOOL}),
        ("2023/2024", {FINANCIAL, SCHOOL}),
        ("2023", {(date(2023, 1, 1), date(2023, 12, 31))}),
        ("2024-02", {(date(2024, 2, 1), date(2024, 2, 29))}),
        (" may  2023 ", {(date(2023, 5, 1), date(2023, 5, 31))}),
        ("Dec 2023", {(date(2023, 12, 1), date(2023, 12, 31))}),
        ("2023Q2", {(date(2023, 4, 1), date(2023, 6, 30))}),
        ("q4 2023", {(date(2023, 10, 1), date(2023, 12, 31))}),
        ("2023 to 2023", {(date(2023, 1, 1), date(2023, 12, 31))}),
        ("2023-25", set()),
        ("2023-13", set()),
        ("2023Q5", set()),
        ("Mayday 2023", set()),
        ("2024 to 2023", set()),
        ("last year", set()),
        ("to", set()),
        ("", set()),
    ],
)
def test_a_period_means_these_days(text: str, spans: set[tuple[date, date]]) -> None:
    assert set(read_spans(text)) == spans


def test_a_year_that_looks_like_a_december_may_be_either() -> None:
    assert {(date(2011, 12, 1), date(2011, 12, 31)), (date(2011, 4, 1), date(2012, 3, 31))} <= set(
        read_spans("2011-12")
    )


def test_several_years_go_from_the_first_to_the_last() -> None:
    assert (date(2021, 4, 1), date(2024, 3, 31)) in read_spans("2021/22 to 2023/24")


@pytest.mark.parametrize(
    ("period_type", "start", "end"),
    [
        ("month", date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", date(2023, 10, 1), date(2023, 12, 31)),
        ("financial_year", *FINANCIAL),
        ("academic_year", *SCHOOL),
        ("calendar_year", date(2023, 1, 1), date(2023, 12, 31)),
        ("pooled_years", date(2021, 4, 1), date(2024, 3, 31)),
    ],
)
def test_a_label_of_the_report_is_read_back(period_type: str, start: date, end: date) -> None:
    assert (start, end) in read_spans(period_label(period_type, start, end))
