"""A caution appears exactly when it applies: for each, a case where it does and one that comes near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.caveats import TRIGGERS, Shown
from pipeline.publish.caveats import find_caveats
from pipeline.settings import Settings
from tests.counts.reference import read_seed

SEED = pd.DataFrame(read_seed("caveats")).astype({"sort_order": int})
VIOLENCE = {
    "indicator_id": "violence_rate", "area_code": "E23000099", "area_type": "vru",
    "period_type": "financial_year", "period_start": "2022-04-01", "period_end": "2023-03-31", "split": "all",
    "breakdown": "none", "breakdown_value": "",
    "kind": "rate", "unit": "per 1,000 people", "series_family": "police", "numerator_measure_id": "violence",
    "denominator_kind": "population", "source_ids": "police_crimes", "is_proxy": False, "is_domestic": False,
    "is_population_estimated": False, "is_from_rounded": False, "is_rounded_together": False,
    "policy_ids": "local_default",
    "section": "scale",
}  # fmt: skip
ED = {**VIOLENCE, "indicator_id": "ed_assault_rate", "series_family": "emergency_department",
      "numerator_measure_id": "ed_assault"}  # fmt: skip
ADMISSIONS = {**ED, "indicator_id": "assault_admission_rate", "series_family": "hospital_admissions",
              "policy_ids": "nhs_hospital, open"}  # fmt: skip
MARAC = {**ED, "indicator_id": "marac_case_rate", "series_family": "services",
         "policy_ids": "support_services", "is_from_rounded": True}  # fmt: skip
NEEDS = {**ED, "indicator_id": "cin_rate", "series_family": "children_in_need",
         "numerator_measure_id": "children_in_need"}  # fmt: skip
SURVEY = {**ED, "indicator_id": "survey_item_share", "kind": "share", "series_family": "survey",
          "breakdown": "survey_item", "breakdown_value": "Lived with domestic abuse"}  # fmt: skip
DISTRICT = {**VIOLENCE, "area_type": "lad", "area_code": "E06000001"}
COUNTRY = {**VIOLENCE, "area_type": "country", "area_code": "K04000001"}
SHARE = {**DISTRICT, "indicator_id": "dwelling_share", "kind": "share", "denominator_kind": "measure"}
STREET = {**VIOLENCE, "numerator_measure_id": "street_robbery"}
LAST = {**VIOLENCE, "period_start": "2023-04-01", "period_end": "2024-03-31"}

# The caution, figures to which it applies, and figures to which it nearly does.
Figures = list[Mapping[str, object]]
CASES: list[tuple[str, Figures, Figures]] = [
    ("not_accredited", [VIOLENCE], [ED]),
    ("flag_of_an_officer", [{**VIOLENCE, "split": "domestic"}], [VIOLENCE, {**NEEDS, "split": "domestic"}]),
    ("not_prevalence", [{**VIOLENCE, "is_domestic": True}], [VIOLENCE]),
    ("counting_rules", [VIOLENCE, LAST], [VIOLENCE]),
    ("survey_redesigned", [SURVEY], [{**SURVEY, "breakdown_value": "Trusts the police"},
     {**SURVEY, "area_type": "country"}, {**VIOLENCE, "indicator_id": "marac_case_rate"}]),
    ("force_missing", [{**COUNTRY, "period_start": "2019-04-01", "period_end": "2020-03-31"}],
     [{**VIOLENCE, "period_start": "2019-04-01", "period_end": "2020-03-31"},
      {**COUNTRY, "period_start": "2021-04-01", "period_end": "2022-03-31"}]),
    ("restrictions", [{**VIOLENCE, "period_start": "2021-04-01", "period_end": "2022-03-31"}],
     [VIOLENCE, {**VIOLENCE, "period_start": "2019-04-01", "period_end": "2020-03-31"}]),
    ("recorded_date", [VIOLENCE], [ED, ADMISSIONS]),
    ("resident_denominator", [DISTRICT], [VIOLENCE, SHARE]),
    ("emergency_completeness", [ED], [ADMISSIONS, VIOLENCE]),
    ("admission_coding", [ADMISSIONS], [ED]),
    ("factors_recorded", [{**NEEDS, "numerator_measure_id": "assessment_factor"}], [NEEDS]),
    ("force_value_copied", [{**VIOLENCE, "source_ids": "fingertips, police_crimes", "is_domestic": True}],
     [{**VIOLENCE, "source_ids": "fingertips"}, {**VIOLENCE, "is_domestic": True}]),
    ("boundaries", [{**DISTRICT, "area_code": "E06000066"}], [DISTRICT]),
    ("boundaries", [{**DISTRICT, "area_type": "msoa", "area_code": "E02000001"}], [DISTRICT]),
    ("pooled", [{**VIOLENCE, "period_type": "pooled_years"}], [VIOLENCE]),
    ("wales", [{**DISTRICT, "area_code": "W06000015"}], [DISTRICT, {**COUNTRY, "area_code": "W92000004"}]),
    ("ecological", [{**DISTRICT, "section": "education"}], [DISTRICT, {**NEEDS, "section": "education"}]),
    ("social_cost", [{**VIOLENCE, "unit": "£ million"}], [VIOLENCE]),
    ("population_estimated", [{**VIOLENCE, "is_population_estimated": True}], [VIOLENCE]),
    ("counts_rounded", [{**ADMISSIONS, "is_from_rounded": True}], [ADMISSIONS, MARAC]),
    ("rounded_together", [{**VIOLENCE, "is_rounded_together": True, "is_from_rounded": True}],
     [{**VIOLENCE, "is_rounded_together": True}, {**ADMISSIONS, "is_from_rounded": True}]),
    ("street_level", [STREET], [VIOLENCE]),
    ("proxy", [{**ED, "is_proxy": True}], [ED]),
]  # fmt: skip


def shown(figures: Figures) -> Shown:
    frame = pd.DataFrame(figures)
    for column in ("period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column])
    breaks = pd.DataFrame(
        {
            "break_id": ["change", "covid", "old"],
            "indicator_id": "violence_rate",
            "offence_subgroup": "",
            "is_of_flag_alone": False,
            "start_date": pd.to_datetime(["2023-05-15", "2020-03-26", "2022-04-01"]),
            "end_date": pd.to_datetime([None, "2021-07-19", None]),
            "kind": ["rule_change", "left_out", "rule_change"],
            "label": ["May 2023", "COVID", "From the first day on"],
        }
    )
    benchmarks = pd.DataFrame(
        [("survey_item_share", "survey_item", "Lived with domestic abuse", True),
         ("marac_case_rate", "none", None, False)],
        columns=["indicator_id", "breakdown", "breakdown_value", "is_crime_survey"],
    )  # fmt: skip
    gaps = pd.DataFrame(
        {"start_date": pd.to_datetime(["2019-07-01"]), "end_date": pd.to_datetime(["2020-06-30"])}
    )
    return Shown(frame, breaks, benchmarks, gaps, pd.DataFrame({"new_code": ["E06000066"]}))


def applying(figures: Figures) -> set[str]:
    return set(find_caveats(SEED, shown(figures))["caveat_id"])


@pytest.mark.parametrize(("caveat_id", "applies", "near_miss"), CASES)
def test_a_caution_appears_where_it_applies_and_not_where_it_nearly_does(
    caveat_id: str, applies: Figures, near_miss: Figures
) -> None:
    assert caveat_id in applying(applies)
    assert all(caveat_id not in applying([figure]) for figure in near_miss)


def test_every_caution_has_a_case() -> None:
    assert {caveat_id for caveat_id, _, _ in CASES} == set(SEED["caveat_id"])


def test_every_word_of_the_seed_has_a_meaning_and_every_meaning_a_word() -> None:
    assert set(SEED["trigger"]) == set(TRIGGERS)


@pytest.mark.parametrize(("split", "is_told"), [("all", False), ("domestic", True)])
def test_a_change_of_the_flag_inside_is_told_of_the_parts_alone(split: str, is_told: bool) -> None:
    of_split = shown([{**VIOLENCE, "split": split}, {**LAST, "split": split}])
    flag = replace(of_split, breaks=of_split.breaks.assign(is_of_flag_alone=True))
    assert ("counting_rules" in set(find_caveats(SEED, flag)["caveat_id"])) == is_told


def test_a_caution_names_the_indicator_and_the_periods_it_is_about() -> None:
    found = find_caveats(SEED, shown([VIOLENCE, LAST, ED]))
    row = found[found["caveat_id"] == "not_accredited"].iloc[0]
    assert row["indicator_id"] == "violence_rate"
    assert (row["first_period"], row["last_period"]) == (
        pd.Timestamp(2022, 4, 1), pd.Timestamp(2024, 3, 31),
    )  # fmt: skip


def test_no_caution_rests_on_memory() -> None:
    assert not SEED["status"].str.contains("memory").any()


def test_the_demonstration_prints_what_applies_to_it(demonstration: Settings) -> None:
    published = pd.read_parquet(demonstration.published / "caveats.parquet")
    found = set(published["caveat_id"])
    assert {"not_accredited", "flag_of_an_officer", "counting_rules", "restrictions", "pooled"} <= found
    # It is not in Wales, holds no street-level records, and no national figure.
    assert not {"wales", "street_level", "force_missing"} & found
    surveyed = published.loc[published["caveat_id"] == "survey_redesigned", "indicator_id"]
    assert list(surveyed) == ["survey_item_share"]
    rounded = set(published.loc[published["caveat_id"] == "counts_rounded", "indicator_id"])
    assert "assault_admission_rate" in rounded
    assert not {name for name in rounded if name.startswith("marac_")}
    assert "violence_rate" not in rounded
