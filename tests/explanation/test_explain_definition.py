"""What a figure counts is told by the rules that its count was made by, and hidden by the policy that hid it."""

from __future__ import annotations

from pipeline.cli.explain import _part, _prices, _rules, _weights
from pipeline.explanation.definition import (
    describe_counted,
    describe_prices,
    describe_weights,
    policy_of,
)
from pipeline.explanation.parts import describe_part
from tests.counts.reference import read_seed

SEEDS = {
    "measures": [
        {"measure_id": "lens_offences", "title": "Offences", "source_id": "police_crimes", "preference": "1",
         "policy_id": ""},
        {"measure_id": "lens_admissions", "title": "Admissions", "source_id": "hospital_admissions",
         "preference": "1", "policy_id": ""},
        {"measure_id": "refuge_space", "title": "Spaces", "source_id": "refuge", "preference": "1",
         "policy_id": "open"},
    ],
    "measure_rules": [],
    "lens_rules": [
        {"lens_id": "own", "offence_code": "1", "condition": "all"},
        {"lens_id": "other", "offence_code": "2", "condition": "all"},
    ],
    "lens_health_rules": [
        {"lens_id": "own", "mechanism_group": "sharp", "condition": "if_under_25", "is_interpretation": "yes"},
        {"lens_id": "other", "mechanism_group": "poison", "condition": "all"},
    ],
    "conditions": [
        {"condition": "all", "meaning": "always"},
        {"condition": "if_under_25", "meaning": "victim under 25"},
    ],
    "offence_codes": [{"offence_code": "1", "description": "Murder", "offence_subgroup": "Homicide"},
                      {"offence_code": "8Q", "description": "Stalking", "offence_subgroup": "Stalking"}],
    "breakdown_values": [
        {"breakdown": "offence_subgroup", "breakdown_key": "Stalking", "breakdown_value": "Stalking"},
        {"breakdown": "survey_item", "breakdown_key": "trust", "breakdown_value": "Trusts the police"},
    ],
    "survey_answers": [
        {"question": "Trust?", "answer": answer, "breakdown": "survey_item", "breakdown_key": "trust"}
        for answer in ("Yes", "Mostly")
    ],
    "gdp_deflator": [
        {"financial_year": "2023-24", "multiplier_from_2015_16": "1.25", "source": "The Treasury",
         "status": "secondary"},
    ],
    "icd10_violence": [
        {"icd10_code": "X99", "mechanism_group": "sharp"},
        {"icd10_code": "X990", "mechanism_group": "sharp"},
    ],
    "offence_weights": [
        {"weighting": "cost", "offence_subgroup": "Robbery", "weight": "11320", "price_year": "2015/16",
         "source": "A report", "status": "secondary"},
        {"weighting": "cost", "offence_subgroup": "Homicide", "weight": "3217740", "price_year": "2015/16",
         "source": "A report", "status": "memory"},
        {"weighting": "harm", "offence_subgroup": "Homicide", "weight": "5475", "price_year": "",
         "source": "An index", "status": "secondary"},
    ],
}  # fmt: skip


def test_admissions_of_a_lens_are_told_by_its_causes_of_admission() -> None:
    counted = describe_counted(SEEDS, "lens_admissions", "all", "own")
    assert [(rule.code, rule.label, rule.is_interpretation) for rule in counted.rules] == [
        ("sharp", "X99", True)
    ]
    assert list(_rules(counted)) == [("  counts", "victim under 25: sharp (X99)")]


def test_offences_of_a_lens_are_told_by_its_offence_codes() -> None:
    counted = describe_counted(SEEDS, "lens_offences", "all", "own")
    assert list(_rules(counted)) == [("  counts", "every offence of 1 Murder")]


def test_weights_are_told_with_their_price_year_and_how_sure_they_are() -> None:
    assert list(_weights(describe_weights(SEEDS, "cost"))) == [
        (
            "Weights",
            f"{weight}: pounds of 2015/16 (A report; {status})",
        )
        for weight, status in (("Homicide 3,217,740", "memory"), ("Robbery 11,320", "secondary"))
    ]
    assert list(_weights(describe_weights(SEEDS, "harm"))) == [
        ("Weights", "Homicide 5,475: days (An index; secondary)")
    ]


def test_the_policy_of_a_measure_goes_before_that_of_its_source() -> None:
    assert policy_of(SEEDS, "refuge_space", "refuge", "support_services") == "open"
    assert policy_of(SEEDS, "lens_offences", "police_crimes", "local_default") == "local_default"


def test_prices_are_told_with_the_deflator_of_the_edition_s_year() -> None:
    assert _prices(describe_prices(SEEDS, "2023-24")) == (
        "of 2023/24: every weight times 1.25, the GDP deflator from 2015/16 (The Treasury; secondary)"
    )


def test_a_part_is_told_by_the_rows_behind_it() -> None:
    def told(breakdown: str, value: str, source_id: str = "police_crimes", is_base: bool = False) -> str:
        cell = {"breakdown": breakdown, "breakdown_value": value, "source_id": source_id}
        part = describe_part(SEEDS, cell, is_base)
        return "".join(
            text for _, text in _part(describe_counted(SEEDS, "lens_offences", "all", "own", part))
        )

    assert told("none", "") == ""
    assert told("offence_subgroup", "Stalking") == "offences of Stalking: 8Q Stalking"
    assert told("age_band", "18-24") == "victim aged 18-24"
    assert told("sex", "Female", "suspects") == "suspect recorded as female"
    assert told("sex", "Female", "ed_assaults") == "patient recorded as female"
    assert told("day_and_hour", "Tue 03") == "begun on a Tuesday from 03:00 to 03:59"
    assert told("survey_item", "Trusts the police") == "people who said so: Trust? Yes, Trust? Mostly"
    assert told("survey_item", "Trusts the police", is_base=True) == "people asked: Trust?"


def test_every_breakdown_of_the_seed_has_words() -> None:
    seeds = {name: read_seed(name) for name in ("breakdown_values", "offence_codes", "cin_factors",
                                                "dfe_exclusion_reasons", "survey_answers")}  # fmt: skip
    for row in seeds["breakdown_values"]:
        part = describe_part(seeds, {**row, "source_id": "police_crimes"}, is_base=False)
        assert (part is None) == (row["breakdown"] == "none")
        if row["breakdown"] in ("offence_subgroup", "factor", "reason", "survey_item", "protective_item"):
            assert part is not None and part.rows, row
        if row["breakdown"] == "suspect_kind":
            assert part is not None and part.meaning.startswith("people "), row
