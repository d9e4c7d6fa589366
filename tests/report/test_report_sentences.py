"""What a finding may say, drawn as tables that can be checked by eye."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_report_page import Page

from pipeline.report.numbers import format_number, format_value, period_label, period_phrase, year_before
from pipeline.report.published import Indicator, Reading
from pipeline.report.sentences import (
    Comparator,
    compare,
    figure,
    full_finding,
    plain,
    range_finding,
    trend_finding,
)

RATE = Indicator(
    "violence_rate",
    "Violence",
    "Violence",
    "",
    "scale",
    "rate",
    "offences",
    "people",
    "per 1,000 people",
    1,
    "lower_is_better",
    "Byar",
    ("police",),
    "",
    False,
    "police",
)
SHARE = replace(RATE, title="Domestic share", unit="%", kind="share", numerator_label="domestic offences")


def reading(
    value: float | None,
    lower: float | None = None,
    upper: float | None = None,
    *,
    year: int = 2023,
    status: str = "reported",
    numerator: float | None = None,
    lowest: float | None = None,
    highest: float | None = None,
) -> Reading:
    return Reading(
        "violence_rate",
        "",
        "X23000001",
        "vru",
        "financial_year",
        date(year, 4, 1),
        date(year + 1, 3, 31),
        "none",
        "",
        "all",
        numerator,
        None,
        value,
        lower,
        upper,
        lowest,
        highest,
        status,
        "",
        "",
        False,
    )


def test_a_total_without_some_kinds_of_offence_is_a_least() -> None:
    cost = replace(RATE, unit="£ million", kind="weighted")
    whole = reading(48.3)
    least = replace(whole, left_out="Homicide")
    one = plain(figure(whole, cost))
    assert plain(figure(least, cost)) == f"at least {one}"

    def told(latest: Reading) -> str:
        return plain(
            full_finding(cost, latest, place="Port", before=None, change=None, comparator=None, breaks=())
        )

    period = period_phrase(whole.period_type, whole.period_start, whole.period_end)
    assert told(whole) == f"Violence stood at {one} in Port {period}."
    assert told(least) == (
        f"Violence stood at {one} or more in Port {period}. It is without Homicide, of which a count is hidden."
    )


def test_a_least_is_no_end_of_a_range() -> None:
    rows = [
        ("a", replace(reading(3, 2, 4), left_out="Homicide")),
        ("b", reading(5, 4, 6)),
        ("c", reading(9, 8, 10)),
    ]
    told = plain(range_finding(RATE, "Cost", rows, "places"))
    assert told.startswith("Cost ranged, of those that can be shown, from 5.0 in b to 9.0")
    assert " in a" not in told


#   mine           other          word
COMPARISONS = [
    ((10, 9, 11), (5, 4, 6), "higher than"),
    ((5, 4, 6), (10, 9, 11), "lower than"),
    ((10, 9, 11), (11.5, 10.5, 12), "similar to"),
    ((10, 9, 11), (12, 11, 13), "similar to"),  # the limits touch
    ((10, 9, 11), 11.1, "lower than"),
    ((10, 9, 11), 9.0, "similar to"),
    ((10, None, None), 9.0, "higher than"),
    ((10, None, None), 10.0, "similar to"),
]


@pytest.mark.parametrize(("mine", "other", "word"), COMPARISONS)
def test_higher_and_lower_are_said_only_where_intervals_do_not_meet(
    mine: tuple[float, float, float], other: tuple[float, float, float] | float, word: str
) -> None:
    against = reading(*other) if isinstance(other, tuple) else other
    assert compare(reading(*mine), against) == word


def test_nothing_is_compared_with_a_hidden_figure() -> None:
    assert compare(reading(10, 9, 11), reading(None, status="suppressed")) == ""


def test_a_finding_gives_value_interval_place_period_count_and_comparisons() -> None:
    sentence = full_finding(
        RATE,
        reading(35.02, 34.6, 35.4, numerator=24480),
        place="Exampleshire",
        before=reading(31.6, 31.2, 32.0, year=2022),
        change=Comparator("A year before", 31.6, "higher than"),
        comparator=Comparator("England", 30.0, "higher than"),
        breaks=[],
    )
    assert plain(sentence) == (
        "Violence stood at 35.0 per 1,000 people (95% interval 34.6 to 35.4) in Exampleshire in 2023/24, "
        "24,480 offences. That is higher than England (30.0). It is higher than 2022/23 (31.6)."
    )
    assert {run.text: run.field for run in sentence if run.cell_id} == {
        "35.0": "value",
        "34.6": "lower95",
        "35.4": "upper95",
        "24,480": "numerator",
        "31.6": "value",
    }


#   break between the two years, fair comparison?
BREAKS = [
    (date(2023, 5, 15), False),
    (date(2024, 1, 31), False),
    (date(2022, 10, 1), False),  # inside the earlier year
    (date(2022, 4, 1), True),  # on its first day: both years follow the new rule
    (date(2024, 4, 1), True),
]


@pytest.mark.parametrize(("day", "is_fair"), BREAKS)
def test_no_year_is_compared_across_a_change_in_recording(day: date, is_fair: bool) -> None:
    breaks = [{"kind": "rule_change", "start_date": day, "label": "New rule"}]
    now, before = reading(35, 34, 36), reading(31, 30, 32, year=2022)
    change = Comparator("A year before", 31, "higher than")
    text = plain(trend_finding(RATE, "Violence", now, before, change, breaks))
    assert ("higher than 2022/23" in text) is is_fair
    assert ("not a fair comparison" in text) is not is_fair


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [(35.0, 36.2, True), (35.0, 35.0, False), (None, None, False)],
)
def test_what_records_that_do_not_say_leave_open_is_said(
    lowest: float | None, highest: float | None, said: bool
) -> None:
    now = reading(35, 34, 36, lowest=lowest, highest=highest)
    sentence = full_finding(RATE, now, place="X", before=None, change=None, comparator=None, breaks=[])
    words = " It is at least 35.0 and at most 36.2, whatever the records that do not say would say."
    assert plain(sentence).endswith(words) is said
    assert [run.field for run in sentence if run.cell_id][3:] == (["lowest", "highest"] if said else [])


def test_without_a_verdict_no_year_is_called_higher_and_the_reason_is_said() -> None:
    now, before = reading(35, 34, 36), reading(31, 30, 32, year=2022)
    change = Comparator("A year before", 31, "", "The verdict would change with what the blanks hide.")
    text = plain(full_finding(RATE, now, place="X", before=before, change=change, comparator=None, breaks=[]))
    assert text.endswith(
        " No comparison is made with 2022/23 (31.0). The verdict would change with what the blanks hide."
    )
    assert plain(trend_finding(RATE, "Violence", now, before, None, [])).endswith(
        "; no comparison is made with 2022/23 (31.0)"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("suppressed", "too few to report"),
        ("not_available", "not available"),
        ("not_applicable", "not applicable"),
    ],
)
def test_a_figure_that_is_not_shown_is_named_in_words(status: str, words: str) -> None:
    sentence = full_finding(
        RATE, reading(None, status=status), place="X", before=None, change=None, comparator=None, breaks=[]
    )
    assert words in plain(sentence)
    assert not [run for run in sentence if run.cell_id]


def test_a_range_names_both_ends_or_says_that_they_do_not_differ() -> None:
    rows = [("A", reading(5, 4, 6)), ("B", reading(20, 19, 21)), ("C", reading(None, status="suppressed"))]
    assert plain(range_finding(RATE, "Violence", rows, "districts")) == (
        "Violence ranged, of those that can be shown, from 5.0 in A to 20.0 per 1,000 people in B in 2023/24"
    )
    close = [("A", reading(5, 4, 6)), ("B", reading(5.5, 4.5, 6.5))]
    assert "did not clearly differ between districts" in plain(
        range_finding(RATE, "Violence", close, "districts")
    )
    assert plain(range_finding(RATE, "Violence", rows[2:], "districts")) == "Violence: too few to report"


def test_no_sentence_of_the_report_names_a_cause_or_shocks(report: Path) -> None:
    text = Page((report / "index.html").read_text(encoding="utf-8")).texts[0].lower()
    banned = (
        r"\b(because of|due to|caused|causes|thanks to|"
        r"driven by|led to|leads to|results? in|only|just|shocking)\b"
    )
    found = [text[max(match.start() - 40, 0) : match.end() + 20] for match in re.finditer(banned, text)]
    assert found == []


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [(1234567, 0, "1,234,567"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.2"), (12, 2, "12.00")],
)
def test_numbers_are_written_with_commas_and_declared_decimals(
    number: float, decimals: int, text: str
) -> None:
    assert format_number(number, decimals) == text


def test_a_percentage_has_its_sign() -> None:
    assert format_value(34.24, 1, "%") == "34.2%"
    assert format_value(34.24, 1, "per 1,000 people") == "34.2"


@pytest.mark.parametrize(
    ("kind", "start", "end", "label", "phrase"),
    [
        ("month", date(2024, 3, 1), date(2024, 3, 31), "March 2024", "in March 2024"),
        (
            "quarter",
            date(2024, 1, 1),
            date(2024, 3, 31),
            "January to March 2024",
            "from January to March 2024",
        ),
        ("financial_year", date(2023, 4, 1), date(2024, 3, 31), "2023/24", "in 2023/24"),
        ("financial_year", date(1999, 4, 1), date(2000, 3, 31), "1999/00", "in 1999/00"),
        ("academic_year", date(2022, 9, 1), date(2023, 8, 31), "2022/23", "in the school year 2022/23"),
        ("calendar_year", date(2021, 1, 1), date(2021, 12, 31), "2021", "in 2021"),
        (
            "pooled_years",
            date(2021, 4, 1),
            date(2024, 3, 31),
            "April 2021 to March 2024",
            "from April 2021 to March 2024",
        ),
    ],
)
def test_periods_are_named_as_people_name_them(
    kind: str, start: date, end: date, label: str, phrase: str
) -> None:
    assert period_label(kind, start, end) == label
    assert period_phrase(kind, start, end) == phrase


def test_a_year_before_a_leap_day_is_the_day_before_march() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        # Intervals of the two ends overlap, but one lies below the rest all the same.
        (["lower than", "similar to"], "ranged from 5.0 in A to 6.0 per 1,000 people in B in 2023/24"),
        (["similar to", "similar to"], "did not clearly differ between districts in 2023/24: 5.0 to 6.0"),
        (["", ""], "in B in 2023/24; whether any differs from the rest cannot be told"),
        (["", "similar to"], "ranged from 5.0 in A"),
        (["similar to"], "ranged from 5.0 in A"),
        ([], "did not clearly differ between districts"),
    ],
)
def test_published_verdicts_decide_whether_places_differ(verdicts: list[str], told: str) -> None:
    rows = [("A", reading(5, 4, 6)), ("B", reading(6, 5, 7))]
    assert told in plain(range_finding(RATE, "Violence", rows, "districts", verdicts=verdicts))
