"""The domestic share taken apart by kind of offence: from published counts, and never from a hidden one."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.publish.decompositions import find_decompositions
from pipeline.settings import Settings

GROUPS = pd.Series({"Violence with injury": "Violence against the person", "Homicide": "Violence against the person",
                    "Arson": "Criminal damage and arson"})  # fmt: skip
ASK = "Ask the Office for National Statistics."
PARTS = {"Violence with injury": (30.0, 60.0), "Homicide": (4.0, 40.0), "Arson": (10.0, 100.0)}


def values(statuses: dict[str, str] | None = None) -> pd.DataFrame:
    """The published domestic share by kind of offence in 2022/23."""
    rows = []
    for subgroup, (numerator, denominator) in PARTS.items():
        status = (statuses or {}).get(subgroup, "reported")
        is_shown = status == "reported"
        rows.append(
            {
                "indicator_id": "domestic_share",
                "area_code": "X23000001",
                "area_type": "vru",
                "period_type": "financial_year",
                "period_start": pd.Timestamp(2022, 4, 1),
                "period_end": pd.Timestamp(2023, 3, 31),
                "breakdown": "offence_subgroup",
                "breakdown_value": subgroup,
                "numerator": numerator if is_shown else None,
                "denominator": denominator if is_shown else None,
                "value_status": status,
            }
        )
    return pd.DataFrame(rows)


def references(*years: int, without: str = "") -> pd.DataFrame:
    """Equal weights, of which 40%, 20% and 10% are domestic."""
    return pd.DataFrame(
        [
            ("X92000001", "Example Country", pd.Timestamp(year, 4, 1), subgroup, 50.0, domestic)
            for year in years
            for subgroup, domestic in (("Violence with injury", 20.0), ("Homicide", 10.0), ("Arson", 5.0))
            if subgroup != without
        ],
        columns=["area_code", "area_name", "reference_year_start", "offence_subgroup", "offence_count",
                 "domestic_count"],
    )  # fmt: skip


def run(published: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    found = find_decompositions(published, reference, GROUPS, ASK)
    return found[found["indicator_id"] == "domestic_violence_share"].set_index("offence_subgroup")


def test_the_share_of_violence_is_taken_apart_by_its_own_kinds_of_offence() -> None:
    found = run(values(), references(2022))
    assert list(found.index) == ["", "Homicide", "Violence with injury"]
    whole = found.loc[""]
    assert (whole["share"], whole["reference_share"]) == (34.0, 30.0)
    assert (whole["mix_effect"], whole["within_effect"]) == (3.0, 1.0)
    assert whole["mix_lower95"] < 3.0 < whole["mix_upper95"]
    part = found.loc["Violence with injury"]
    assert (part["weight"], part["reference_weight"], part["mix_effect"], part["within_effect"]) == (
        60.0, 50.0, 1.3, 5.5,
    )  # fmt: skip


def test_all_crime_is_taken_apart_by_every_kind() -> None:
    found = find_decompositions(values(), references(2022), GROUPS, ASK)
    assert len(found[found["indicator_id"] == "domestic_share"]) == 4


@pytest.mark.parametrize("hidden", list(PARTS))
def test_a_hidden_kind_hides_everything_that_it_is_part_of(hidden: str) -> None:
    found = find_decompositions(values({hidden: "suppressed"}), references(2022), GROUPS, ASK)
    whole = found[found["indicator_id"] == "domestic_share"]
    assert list(whole["value_status"]) == ["suppressed"]
    assert whole[["share", "mix_effect", "within_effect"]].isna().all(axis=None)


def test_a_kind_of_another_group_hides_nothing_of_violence() -> None:
    assert set(run(values({"Arson": "suppressed"}), references(2022))["value_status"]) == {"reported"}


def test_without_a_reference_it_says_whom_to_ask() -> None:
    found = run(values(), references())
    assert list(found["value_status"]) == ["not_available"]
    assert list(found["status_reason"]) == [ASK]


def test_a_kind_that_the_reference_lacks_is_no_zero() -> None:
    found = run(values(), references(2022, without="Homicide"))
    assert list(found["value_status"]) == ["not_available"]


def test_a_kind_that_never_happened_here_has_no_weight() -> None:
    found = run(values({"Homicide": "not_applicable"}), references(2022))
    assert found.loc["Homicide", "weight"] == 0
    assert found.loc["Homicide", "within_effect"] == 0


def test_the_nearest_year_of_the_reference_is_taken() -> None:
    found = run(values(), references(2015, 2020))
    assert set(found["reference_year_start"]) == {pd.Timestamp(2020, 4, 1)}


def test_the_demonstration_stands_beside_its_synthetic_reference(demonstration: Settings) -> None:
    found = pd.read_parquet(demonstration.published / "decompositions.parquet")
    whole = found[(found["offence_subgroup"] == "") & (found["value_status"] == "reported")]
    assert len(whole) > 0
    assert (whole["reference_name"] == "Example Country (SYNTHETIC)").all()
    effects = whole["mix_effect"] + whole["within_effect"]
    # Shares are shown to a tenth of a point.
    assert ((effects - (whole["share"] - whole["reference_share"])).abs() < 0.11).all()
    published = pd.read_parquet(demonstration.published / "indicator_values.parquet")
    hidden = published[
        (published["indicator_id"] == "domestic_share")
        & (published["breakdown"] == "offence_subgroup")
        & (published["value_status"] == "suppressed")
    ]
    of_all = found[found["indicator_id"] == "domestic_share"]
    told = of_all[of_all["period_start"].isin(hidden["period_start"])]
    assert set(told["value_status"]) == {"suppressed"}
