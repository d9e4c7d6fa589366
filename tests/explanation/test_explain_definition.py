"""What a figure counts is told by the rules that its count was made by, and hidden by the policy that hid it."""

from __future__ import annotations

from pipeline.cli.explain import _rules, _weights
from pipeline.explanation.definition import describe_counted, describe_weights, policy_of

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
    "offence_codes": [{"offence_code": "1", "description": "Murder"}],
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
            f"{weight}: pounds of 2015/16, brought to the prices of the edition by the GDP deflator "
            f"(A report; {status})",
        )
        for weight, status in (("Homicide 3,217,740", "memory"), ("Robbery 11,320", "secondary"))
    ]
    assert list(_weights(describe_weights(SEEDS, "harm"))) == [
        ("Weights", "Homicide 5,475: days (An index; secondary)")
    ]


def test_the_policy_of_a_measure_goes_before_that_of_its_source() -> None:
    assert policy_of(SEEDS, "refuge_space", "refuge", "support_services") == "open"
    assert policy_of(SEEDS, "lens_offences", "police_crimes", "local_default") == "local_default"
