"""The fast counts in SQL equal those of a slow and obvious twin in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.reference import Cell, count_area, figure_of, read_csv

SOURCES = {
    "police_crimes",
    "ed_assaults",
    "ambulance_callouts",
    "hospital_admissions",
    "suspensions",
    "school_absence",
    "assessment_factors",
    "operation_encompass",
}
FIGURES = """
    select indicator_id, lens_id, area_code, period_type, period_start, breakdown, breakdown_value, split,
        source_id, numerator, denominator
    from fct_indicator_values
    where value_status in ('reported', 'not_applicable')
"""


def disagreements(settings: Settings, where: str = "true") -> tuple[list[str], Counter[str]]:
    """The figures in which the warehouse and its twin differ, and how many were compared by source."""
    twin = count_area(settings.deliveries, read_csv(settings.assessment.folder / "lens_rules.csv"))
    differing: list[str] = []
    compared: Counter[str] = Counter()
    for *words, source_id, numerator, denominator in query(settings, f"{FIGURES} and {where}"):
        cell = Cell(*words)
        expected = figure_of(twin, cell)
        compared[source_id] += 1
        if (numerator, denominator) != expected:
            differing.append(f"{cell}: {numerator} over {denominator}, not {expected[0]} over {expected[1]}")
    return differing, compared


def test_years_of_the_demonstration_area_equal_their_twin(demonstration: Settings) -> None:
    differing, compared = disagreements(
        demonstration,
        """area_type in ('vru', 'lad')
           and period_type in ('financial_year', 'academic_year', 'pooled_years')""",
    )
    assert differing == []
    assert set(compared) == SOURCES
    assert compared["police_crimes"] > 2000


@pytest.mark.parametrize("area", ["drawn", "dense"])
def test_every_figure_of_a_small_area_equals_its_twin(area: str, request: pytest.FixtureRequest) -> None:
    differing, compared = disagreements(request.getfixturevalue(area))
    assert differing == []
    assert set(compared) == SOURCES | {"street_crimes"}
    assert sum(compared.values()) > 5000


def test_a_silent_hospital_is_a_gap_and_no_fall(demonstration: Settings) -> None:
    [(first, last, months)] = query(
        demonstration,
        """select min(period_start), max(period_start), count(*) from fct_indicator_values
           where indicator_id = 'ed_assault_rate' and period_type = 'month' and value_status = 'not_available'""",
    )
    assert (first, last, months) == (date(2021, 9, 1), date(2021, 12, 1), 4)
    years = query(
        demonstration,
        """select extract(year from period_start), value_status from fct_indicator_values
           where indicator_id = 'ed_assault_rate' and period_type = 'financial_year' and area_type = 'vru'""",
    )
    assert sorted(years) == [
        (2019, "reported"),
        (2020, "reported"),
        (2021, "not_available"),
        (2022, "reported"),
        (2023, "reported"),
    ]
