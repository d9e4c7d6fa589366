"""A blank is never "no": the least and the most that a share can be stand beside it, or are hidden."""

from __future__ import annotations

import pandas as pd
import pytest
from no_ties import NO_TIES

from pipeline.publish.figures import publish_figures
from pipeline.settings import Settings
from tests.conftest import read_values

FIGURE = {
    "indicator_id": "child_present_share",
    "lens_id": "",
    "area_type": "vru",
    "area_code": "X1",
    "period_type": "financial_year",
    "period_start": pd.Timestamp(2022, 4, 1),
    "period_end": pd.Timestamp(2023, 3, 31),
    "breakdown": "none",
    "breakdown_value": "",
    "split": "all",
    "numerator_measure_id": "child_present",
    "numerator_split": "all",
    "denominator_measure_id": "domestic_crime",
    "denominator_breakdown": "none",
    "denominator_breakdown_value": "",
    "denominator_split": "all",
    "unknown_measure_id": "child_present_not_known",
    "unknown_split": "all",
    "policy_id": "local",
    "denominator_policy_id": "local",
    "value_status": "reported",
    "status_reason": "",
    "is_population_estimated": False,
    "source_id": "police_crimes",
}
FLAGGED = {
    **FIGURE,
    "indicator_id": "domestic_share",
    "numerator_measure_id": "violence",
    "numerator_split": "domestic",
    "denominator_measure_id": "violence",
    "denominator_split": "flag_known",
    "unknown_measure_id": "violence",
    "unknown_split": "not_known",
}
RATE = {
    **FIGURE,
    "indicator_id": "knife_crime_rate",
    "numerator_measure_id": "knife_crime",
    "denominator_measure_id": None,
    "denominator_breakdown": None,
    "denominator_breakdown_value": None,
    "denominator_split": None,
    "unknown_measure_id": "knife_crime_not_known",
    "denominator_policy_id": None,
}
INDICATORS = pd.DataFrame(
    [
        ("child_present_share", "share", "measure"),
        ("domestic_share", "share", "flag_known"),
        ("knife_crime_rate", "rate", "population"),
    ],
    columns=["indicator_id", "kind", "denominator_kind"],
).assign(denominator_id=None, multiplier=100.0, decimals=1)
POLICIES = pd.DataFrame(
    [("local", 5, None, "hide", None)],
    columns=["policy_id", "threshold", "rounding_base", "method", "valid_from"],
)


def publish(figure: dict[str, object], yes: int, whole: int, blank: int) -> pd.Series:
    """The one published figure."""
    figures = pd.DataFrame(
        [{**figure, "numerator": float(yes), "denominator": float(whole), "unknown": float(blank)}]
    )
    values, _, _ = publish_figures(
        figures,
        INDICATORS,
        POLICIES,
        NO_TIES,
        pd.DataFrame(columns=["weighting", "offence_subgroup", "weight"]),
    )
    return values.iloc[0]


@pytest.mark.parametrize(
    ("figure", "blank", "bounds"),
    [
        # 30 of 100 crimes, and 20 of them blank.
        (FIGURE, 20, (30.0, 50.0)),
        (FIGURE, 0, (30.0, 30.0)),
        # 30 of 100 known flags, and 20 more unknown.
        (FLAGGED, 20, (25.0, 41.7)),
        (FLAGGED, 0, (30.0, 30.0)),
        # 30 offences by 100 people, and 20 more that do not say.
        (RATE, 20, (30.0, 50.0)),
        (RATE, 0, (30.0, 30.0)),
    ],
)
def test_blanks_are_none_of_them_in_the_least_and_all_of_them_in_the_most(
    figure: dict[str, object], blank: int, bounds: tuple[float, float]
) -> None:
    found = publish(figure, 30, 100, blank)
    assert (found["value"], found["lowest"], found["highest"]) == (30.0, *bounds)


@pytest.mark.parametrize("figure", [FIGURE, RATE])
@pytest.mark.parametrize(("blank", "is_shown"), [(4, False), (5, True)])
def test_few_blanks_are_hidden_and_the_bounds_with_them(
    figure: dict[str, object], blank: int, is_shown: bool
) -> None:
    found = publish(figure, 30, 100, blank)
    assert found["value"] == 30.0
    assert pd.notna(found["lowest"]) == pd.notna(found["highest"]) == is_shown


def test_the_bounds_do_not_give_a_small_number_of_noes_away() -> None:
    # 100 less 30 less 66 blanks would leave 4 crimes without a child.
    found = publish(FIGURE, 30, 100, 66)
    assert found["value_status"] == "suppressed" or pd.isna(found["highest"])
    assert publish(FIGURE, 30, 100, 65)["highest"] == 95.0


def test_the_most_that_the_rate_of_a_definition_can_be_counts_what_may_meet_it(
    demonstration: Settings,
) -> None:
    values = read_values(demonstration)
    years = values[(values["period_type"] == "financial_year") & (values["split"] == "all")]
    on = ["lens_id", "area_code", "period_start"]
    rates = years[(years["indicator_id"] == "lens_offence_rate") & (years["value_status"] == "reported")]
    at_most = years[(years["indicator_id"] == "lens_offences_at_most") & (years["breakdown"] == "none")]
    both = rates.merge(at_most[[*on, "numerator"]], on=on, suffixes=("", "_at_most"))
    assert len(both) > 20
    expected = 1000 * both["numerator_at_most"] / both["denominator"]
    assert (both["highest"] - expected).abs().max() <= 0.05 + 1e-9
    # Where the number of those that may meet it is hidden there are no bounds.
    told = both[both["highest"].notna()]
    assert len(told) > 0.9 * len(both)
    assert (told["lowest"] == told["value"]).all()
    assert (told["highest"] > told["value"]).any()
    districts = rates[rates["area_type"] == "lad"]
    assert districts["highest"].notna().mean() > 0.9
