"""The fast counts in SQL equal those of a slow and obvious twin in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from pipeline.settings import Settings
from tests.conftest import query
from tests.counts.comparison import FIGURES, disagreements
from tests.counts.reference import Cell, count_area, read_csv, read_seed, sum_of

SOURCES = {
    "police_crimes",
    "suspects",
    "da_incidents",
    "ed_assaults",
    "ambulance_callouts",
    "hospital_admissions",
    "suspensions",
    "school_absence",
    "assessment_factors",
    "operation_encompass",
    "special_needs",
    "marac_returns",
    "idva_returns",
    "refuge",
    "helpline_calls",
    "perpetrator_programmes",
    "da_matters_training",
    "community_survey",
    "children_in_need",
    "children_looked_after",
    "not_in_education",
    "first_time_entrants",
}


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
           where indicator_id = 'ed_assault_rate' and period_type = 'financial_year' and area_type = 'vru'
               and breakdown = 'none'""",
    )
    assert sorted(years) == [
        (2019, "reported"),
        (2020, "reported"),
        (2021, "not_available"),
        (2022, "reported"),
        (2023, "reported"),
    ]


def test_records_that_do_not_say_stand_beside_the_share_that_they_could_change(drawn: Settings) -> None:
    twin = count_area(drawn.deliveries, read_csv(drawn.assessment.folder / "lens_rules.csv"))
    indicators = {row["indicator_id"]: row for row in read_seed("indicators")}
    rows = query(drawn, FIGURES.replace("denominator\n", "unknown\n") + " and unknown is not null")
    compared: Counter[tuple[bool, bool]] = Counter()
    for *words, _, _, unknown in rows:
        cell = Cell(*words)
        indicator = indicators[cell.indicator_id]
        blanks = indicator["unknown_measure_id"]
        measure, split = (blanks, cell.split) if blanks else (indicator["numerator_measure_id"], "not_known")
        assert unknown == sum_of(twin, cell, measure, split), cell
        compared[bool(blanks), unknown > 0] += 1
    assert min(compared[kind] for kind in ((False, True), (True, True))) > 50
