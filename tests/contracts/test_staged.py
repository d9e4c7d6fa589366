"""What staging makes of literal deliveries: quarters, codes as text, symbols apart, and flags of three values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest

from pipeline.settings import Settings
from tests.conftest import Rows, query
from tests.counts.drawn import lookup, population, quiet_months

INCIDENT = {
    "force_code": "X23000001",
    "lad_code": "X06000001",
    "incident_date": "2023-06-15",
    "incident_type": "verbal",
    "victim_age_band": "25-34",
    "victim_sex": "F",
    "dash_risk": "high",
}
NOT_KNOWN = {"victim_age_band": "unknown", "victim_sex": "U", "dash_risk": "not_assessed"}
FLAGS = ("Y", "N", "", "Unknown", "to be checked")
TABLE = {"Financial Year": "2022/23", "Force Name": "Example"}
FILES: Mapping[str, Rows] = {
    "lookup_lsoa21_msoa21_lad.csv": lookup(),
    "population_lsoa21.csv": population(),
    "police_crimes_1.csv": [*quiet_months()],
    "da_incidents_1.csv": [
        {**INCIDENT, "incident_id": f"I{number}", "child_present_flag": flag}
        for number, flag in enumerate(FLAGS)
    ]
    + [{**INCIDENT, "incident_id": "I9", "child_present_flag": "N", **NOT_KNOWN}],
    "suspects_1.csv": [
        {
            "suspect_record_id": f"S{number}",
            "suspect_id_pseudo": "P1",
            "crime_id_pseudo": f"C{number}",
            "force_code": "X23000001",
            "recorded_date": "2023-06-15",
            "ho_code": code,
            "da_flag": "Y",
        }
        for number, code in enumerate(("4.1", "4.10"))
    ],
    "2023-06-example-stop-and-search.csv": [
        {
            "Type": "Person search",
            "Date": "2023-06-15T22:30:00+00:00",
            "Part of a policing operation": "False",
            "Policing operation": "",
            "Latitude": "53.4",
            "Longitude": "-2.9",
            "Gender": "F",
            "Age range": "18-24",
            "Self-defined ethnicity": "",
            "Officer-defined ethnicity": "White",
            "Legislation": "",
            "Object of search": "",
            "Outcome": "",
            "Outcome linked to object of search": "",
            "Removal of more than just outer clothing": "True",
        }
    ],
    "recorded_crime_csp_2023.csv": [
        {
            **TABLE,
            "Financial Quarter": quarter,
            "CSP Name": "Port Example",
            "Offence Group": "Violence against the person",
            "Offence Code": "8N",
            "Number of Offences": count,
        }
        for quarter, count in ((1, 40), (4, -2))
    ],
    "knife_crime_2023.csv": [
        {
            **TABLE,
            "Financial Quarter": 2,
            "Offence Description": "Robbery",
            "Knife Flag": flag,
            "Number of Offences": 7,
        }
        for flag in ("Yes", "No")
    ],
    "csp_names.csv": [
        {"CSP Name": "Port Example", "Force Name": "Example", "Region": "Example Region", "ONS Code": "N/A"}
    ],
    "marac_returns_2023.csv": [
        {"quarter_start": "2023-04-01", "marac": "Port", "cases_discussed": "60", "repeat_cases": cell}
        for cell in ("0", "", "<5", "n/a")
    ],
}


@pytest.fixture(scope="module")
def area(build_area: Callable[[Mapping[str, Rows]], Settings]) -> Settings:
    return build_area(FILES)


def test_a_flag_that_is_neither_yes_nor_no_is_not_known(area: Settings) -> None:
    rows = query(area, "select incident_id, is_child_present from stg_police__da_incidents order by 1")
    assert [flag for _, flag in rows[: len(FLAGS)]] == [True, False, None, None, None]


def test_a_word_for_not_known_is_no_answer_and_not_assessed_is_one(area: Settings) -> None:
    [row] = query(
        area,
        """select victim_age_band, victim_sex, dash_risk, month_start from stg_police__da_incidents
           where incident_id = 'I9'""",
    )
    assert row == (None, None, "not_assessed", date(2023, 6, 1))


def test_two_offences_of_one_suspect_keep_their_codes(area: Settings) -> None:
    rows = query(area, "select suspect_id, offence_code from stg_police__suspects order by crime_id")
    assert rows == [("P1", "4.1"), ("P1", "4.10")]


def test_a_search_without_object_or_outcome_is_still_a_search(area: Settings) -> None:
    [row] = query(
        area,
        """select searched_at, search_object, outcome, is_outcome_linked, is_more_than_outer_clothing_removed
           from stg_data_police_uk__stop_and_search""",
    )
    assert row == (datetime(2023, 6, 15, 22, 30), None, None, None, True)


def test_the_quarter_of_a_financial_year_begins_on_its_day_and_a_correction_is_negative(
    area: Settings,
) -> None:
    rows = query(
        area, "select quarter_start, offence_count from stg_home_office__recorded_crime_csp order by 1"
    )
    assert rows == [(date(2022, 4, 1), 40), (date(2023, 1, 1), -2)]


def test_offences_with_and_without_a_knife_stand_apart(area: Settings) -> None:
    rows = query(
        area, "select quarter_start, is_knife_enabled from stg_home_office__knife_crime order by 2 desc"
    )
    assert rows == [(date(2022, 7, 1), True), (date(2022, 7, 1), False)]


def test_a_partnership_without_a_code_has_none(area: Settings) -> None:
    assert query(area, "select csp_name, area_code from stg_home_office__csp_names") == [
        ("Port Example", None)
    ]


def test_zero_blank_hidden_and_not_applicable_are_four_things(area: Settings) -> None:
    rows = query(
        area,
        "select repeat_case_count, repeat_case_count_status from stg_support__marac_returns order by line",
    )
    assert rows == [(0, "reported"), (None, "blank"), (None, "suppressed"), (None, "not_applicable")]
