"""What schools, children's services and the Department for Education send is known for what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contracts.layouts import CONTRACTS, claimants, land, text_of

PLACE = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code",
         "region_name", "old_la_code", "new_la_code", "la_name")  # fmt: skip
EXCLUSIONS = (
    *PLACE,
    "school_type",
    "perm_physical_pupils",
    "perm_other",
    "fixed_physical_pupils",
    "fixed_other",
)
SUSPENSIONS = (*PLACE, "education_phase", "characteristic_group", "characteristic", "headcount", "perm_excl",
               "perm_excl_rate", "suspension", "susp_rate", "one_plus_susp", "one_plus_susp_rate")  # fmt: skip
REASONS = (*PLACE, "education_phase", "reason", "perm_excl", "suspension")
ABSENCE = (*PLACE, "education_phase", "enrolments", "sess_possible", "sess_overall", "sess_overall_percent",
           "enrolments_pa_10_exact", "enrolments_pa_10_exact_percent", "enrolments_pa_50_exact",
           "enrolments_pa_50_exact_percent")  # fmt: skip
LAYOUTS = {
    "pupil level": ("suspensions", ("event_id", "academic_year", "type", "lad_code", "phase", "sex", "reason_1",
                                    "reason_2", "reason_3")),
    "exclusions, old": ("exclusions_by_reason", EXCLUSIONS),
    "suspensions, new": ("suspensions_by_characteristic", SUSPENSIONS),
    "suspensions by reason, new": ("suspensions_by_reason", REASONS),
    "absence, local": ("school_absence", ("academic_year", "term", "lad_code", "phase", "pupil_group",
                                          "pupil_count", "persistent_absentee_count")),
    "absence, open": ("pupil_absence", ABSENCE),
    "absence, social care": ("social_care_absence", (*PLACE, "absence_terms", "social_care_group",
                                                     "phase_type_grouping", "t_pupils", "t_sess_possible")),
    "factors, local": ("assessment_factors", ("assessment_id", "assessment_end_date", "lad_code", "factor_code")),
    "factors, open": ("assessment_factor_totals", (*PLACE, "category", "Episodes_with_assessment_factor",
                                                   "Domestic_Abuse_child")),
    "children in need": ("children_in_need", (*PLACE, "category", "At31_episodes")),
    "children looked after": ("children_looked_after", (*PLACE, "population_count", "population_estimate",
                                                        "number", "rate_per_10000")),
    "not in education": ("not_in_education", (*PLACE, "Age", "Characteristic_grouping", "Characteristic",
                                              "avgcohort", "avgNEET", "avgNK", "avgNEETNK", "NEETNKprop")),
    "first-time entrants": ("first_time_entrants", ("Financial Year", "LA Code", "Local Authority",
                                                    "First Time Entrants", "Rate per 100,000")),
    "Operation Encompass": ("operation_encompass", ("notification_id", "notification_date", "lad_code")),
    "special needs": ("special_needs", ("academic_year", "lad_code", "sen_provision", "primary_need",
                                        "pupil_count")),
    "interactive tool's dictionary": ("lait_measures", ("Measure_code", "Topic", "Measure", "Measure_short")),
}  # fmt: skip


@pytest.mark.parametrize(("source_id", "header"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layout_is_claimed_by_one_contract(tmp_path: Path, source_id: str, header: tuple[str, ...]) -> None:
    assert claimants(tmp_path, text_of(header, ["x"] * len(header))) == [source_id]


def row(header: tuple[str, ...], **cells: str) -> list[str]:
    """A row of an open table about Liverpool, with these cells set."""
    known = {"geographic_level": "Local authority", "new_la_code": "E08000012", **cells}
    return [known.get(title, "") for title in header]


def test_letter_x_hides_a_count_in_old_files_and_says_that_there_is_none_in_new_ones(tmp_path: Path) -> None:
    old = text_of(EXCLUSIONS, *(row(EXCLUSIONS, time_period="201617", school_type="Total", fixed_other=cell)
                                for cell in ("x", "0", "")))  # fmt: skip
    _, rows = land(
        tmp_path, "exclusions_by_reason", old, "suspension_other_count, suspension_other_count_status"
    )
    assert rows == [(None, "suppressed"), (0.0, "reported"), (None, "blank")]
    cells = ("x", "c", "z", "u", "low", "k", ":", "[c]", "0", "")
    new = text_of(
        SUSPENSIONS,
        *(
            row(SUSPENSIONS, time_period="202223", education_phase="Total", perm_excl="1", one_plus_susp="1",
                suspension="3", headcount=cell)
            for cell in cells
        ),
    )  # fmt: skip
    _, rows = land(tmp_path, "suspensions_by_characteristic", new, "pupil_count, pupil_count_status")
    assert rows == [
        (None, "not_available"), (None, "suppressed"), (None, "not_applicable"), (None, "unreliable"),
        (None, "low"), (None, "low"), (None, "not_applicable"), (None, "suppressed"), (0, "reported"),
        (None, "blank"),
    ]  # fmt: skip


def test_reporting_year_of_children_looked_after_ends_in_march(tmp_path: Path) -> None:
    header = LAYOUTS["children looked after"][1]
    cells = {"population_count": "Children looked after at 31 March", "number": "c", "rate_per_10000": "98"}
    content = text_of(header, row(header, time_period="2024", **cells))
    columns = "cast(reporting_year_start as varchar), child_count_status, rate_per_10000"
    assert land(tmp_path, "children_looked_after", content, columns)[1] == [
        ("2023-04-01", "suppressed", 98.0)
    ]


def test_dash_of_the_interactive_tool_is_no_figure_and_no_zero() -> None:
    [column] = [column for column in CONTRACTS["lait"].columns if column.name == "published_value"]
    assert dict(column.symbols) == {"-": "not_available"}


def test_social_care_shares_no_personal_information() -> None:
    assert "no personal information of a social care" in CONTRACTS["assessment_factors"].legal_basis
    for source_id in ("suspensions", "school_absence", "assessment_factors", "operation_encompass",
                      "special_needs"):  # fmt: skip
        contract = CONTRACTS[source_id]
        assert contract.retention_years is not None
        # A council's return replaces that council's, and nobody else's.
        assert contract.scope == ("lad_code",)


def test_county_councils_are_education_authorities_too() -> None:
    for source_id in ("suspensions", "school_absence", "assessment_factors", "operation_encompass",
                      "special_needs"):  # fmt: skip
        [pattern] = [column.pattern for column in CONTRACTS[source_id].columns if column.name == "lad_code"]
        assert [bool(re.fullmatch(pattern, code)) for code in ("E10000016", "E08000012", "E0800001", "L1 8JQ")] == [
            True, True, False, False,
        ]  # fmt: skip


def test_need_that_nobody_knows_is_kept_as_not_known_and_a_hidden_count_is_no_zero(tmp_path: Path) -> None:
    header = LAYOUTS["special needs"][1]
    place = ("2022/23", "E08000012")
    rows = [("No SEN", "", "9000"), ("K", "Social, emotional and mental health", "410"), ("EHC plan", "SEMH", "c"),
            ("E", "BESD", "12"), ("SEN support", "SLCN", "")]  # fmt: skip
    content = text_of(header, *((*place, *cells) for cells in rows))
    line, landed = land(
        tmp_path, "special_needs", content, "sen_provision, primary_need, pupil_count, pupil_count_status"
    )
    assert line.rejected == 0
    assert landed == [
        ("none", None, 9000, "reported"), ("support", "semh", 410, "reported"), ("plan", "semh", None, "suppressed"),
        ("plan", None, 12, "reported"), ("support", "slcn", None, "blank"),
    ]  # fmt: skip
