"""Harm and cost are added up from published counts alone, and say what they leave out."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest
from no_ties import NO_TIES

from pipeline.publish.figures import publish_figures
from pipeline.publish.weigh import weigh

WEIGHTS = pd.DataFrame(
    [("harm", "Homicide", 5475.0), ("harm", "Robbery", 365.0), ("harm", "Assault", 20.0)],
    columns=["weighting", "offence_subgroup", "weight"],
)
KINDS = ["Assault", "Homicide", "Robbery", "Theft"]
PLACE = {
    "lens_id": "own",
    "area_type": "vru",
    "area_code": "X1",
    "period_type": "financial_year",
    "period_start": pd.Timestamp(2022, 4, 1),
    "split": "all",
    "numerator_split": "all",
    "numerator_measure_id": "lens_offences",
}


def whole(status: str = "reported") -> pd.DataFrame:
    """The one row that is to be weighed."""
    return pd.DataFrame(
        [
            {
                **PLACE,
                "indicator_id": "lens_harm",
                "denominator_id": "harm",
                "value_status": status,
                "status_reason": "",
            }
        ]
    )


def parts(**told: float | str) -> pd.DataFrame:
    """A row a kind of offence: its published count, or the word for why there is none."""
    return pd.DataFrame(
        [
            {
                **PLACE,
                "breakdown": "offence_subgroup",
                "breakdown_value": kind,
                "numerator": None if isinstance(number, str) else number,
                "numerator_error": 0.0,
                "value_status": number if isinstance(number, str) else "reported",
            }
            for kind, number in told.items()
        ]
    ).astype({"numerator": "float64"})


def test_a_whole_total_has_limits_and_leaves_nothing_out() -> None:
    found = weigh(whole(), parts(Homicide=1.0, Robbery=10.0, Theft=500.0), WEIGHTS).iloc[0]
    assert (found["value_status"], found["value"], found["numerator"]) == ("reported", 9125.0, 11.0)
    assert found["lower95"] < 9125.0 < found["upper95"]
    assert (found["left_out"], found["status_reason"]) == ("", "")


def test_limits_of_a_total_of_rounded_counts_cover_what_each_was_before() -> None:
    # Homicides shown as 0 may have been 4, and robberies 6 to 14.
    rounded = parts(Homicide=0.0, Robbery=10.0).assign(numerator_error=4.0)
    found = weigh(whole(), rounded, WEIGHTS).iloc[0]
    assert (found["value"], found["is_from_rounded"]) == (3650.0, True)
    for homicides, robberies in product((0.0, 4.0), (6.0, 14.0)):
        exact = weigh(whole(), parts(Homicide=homicides, Robbery=robberies), WEIGHTS).iloc[0]
        assert not exact["is_from_rounded"]
        assert found["lower95"] <= exact["lower95"] and exact["upper95"] <= found["upper95"]


def test_hidden_kinds_are_left_out_together_by_name_and_leave_a_least() -> None:
    found = weigh(whole(), parts(Robbery="suppressed", Assault=50.0, Homicide="suppressed"), WEIGHTS).iloc[0]
    assert (found["value_status"], found["value"], found["numerator"]) == ("reported", 1000.0, 50.0)
    assert found["left_out"] == "Homicide and Robbery"
    assert found["status_reason"] == (
        "At least: without all or part of Homicide and Robbery, of which the counts are hidden; a least has no "
        "interval."
    )
    assert found[["lower95", "upper95"]].isna().all()


def test_a_whole_is_no_less_than_what_its_parts_tell() -> None:
    def by_flag(split: str, **told: float | str) -> pd.DataFrame:
        return parts(**told).assign(split=split, numerator_split=split)

    counts = pd.concat(
        [
            parts(Robbery="suppressed", Assault=50.0, Homicide="suppressed"),
            by_flag("domestic", Robbery=7.0, Assault="suppressed", Homicide="suppressed"),
            by_flag("non_domestic", Robbery=30.0, Assault=20.0),
            by_flag("not_known", Robbery="suppressed", Assault="suppressed"),
        ]
    )
    rows = pd.concat(
        [
            whole(),
            *(whole().assign(split=name, numerator_split=name) for name in ("domestic", "non_domestic")),
        ]
    )
    found = weigh(rows, counts, WEIGHTS).set_index("split")
    # 50 assaults, and of robberies the 37 whose flag is known; homicides are not told at all.
    assert found.loc["all", "value"] == 50 * 20 + 37 * 365
    assert found.loc["all", "numerator"] == 87
    assert found.loc["all", "left_out"] == "Homicide and Robbery"
    assert found.loc["domestic", "value"] == 7 * 365
    assert found.loc["all", "value"] >= found.loc[["domestic", "non_domestic"], "value"].sum()
    assert found.loc["non_domestic", ["lower95", "upper95"]].notna().all()


def test_a_hidden_kind_that_weighs_nothing_is_not_left_out() -> None:
    found = weigh(whole(), parts(Theft="suppressed", Robbery=10.0), WEIGHTS).iloc[0]
    assert (found["value"], found["left_out"]) == (3650.0, "")
    assert found["lower95"] < 3650.0


@pytest.mark.parametrize(
    ("told", "own_status", "status"),
    [
        ({"Homicide": "suppressed", "Robbery": "suppressed"}, "reported", "suppressed"),
        ({"Homicide": "suppressed", "Robbery": "not_available"}, "reported", "not_available"),
        ({"Homicide": 3.0, "Robbery": 8.0}, "suppressed", "suppressed"),
    ],
)
def test_there_is_no_total_of_nothing_published(
    told: dict[str, float | str], own_status: str, status: str
) -> None:
    found = weigh(whole(own_status), parts(**told), WEIGHTS).iloc[0]
    assert found["value_status"] == status
    assert pd.isna(found["value"]) and pd.isna(found["numerator"])
    assert found["left_out"] == ""


def published(counts: dict[str, int]) -> tuple[str, str]:
    """What is published of an area with these counts: all but the weighted total, and the total, as text."""
    row = {
        **PLACE,
        "period_end": pd.Timestamp(2023, 3, 31),
        "denominator_measure_id": None,
        "denominator_breakdown": "none",
        "denominator_breakdown_value": "",
        "denominator_split": "all",
        "policy_id": "local",
        "denominator_policy_id": None,
        "denominator": None,
        "unknown_measure_id": None,
        "unknown_split": None,
        "unknown": None,
        "value_status": "reported",
        "status_reason": "",
        "is_population_estimated": False,
        "source_id": "police_crimes",
    }
    total = {"breakdown": "none", "breakdown_value": "", "numerator": float(sum(counts.values()))}
    figures = pd.DataFrame(
        [
            {**row, **total, "indicator_id": "lens_harm"},
            {**row, **total, "indicator_id": "lens_offences"},
            *(
                {
                    **row,
                    "indicator_id": "lens_offences",
                    "breakdown": "offence_subgroup",
                    "breakdown_value": kind,
                    "numerator": float(number),
                }
                for kind, number in counts.items()
            ),
        ]
    )
    indicators = pd.DataFrame(
        [("lens_offences", "count", "none", None), ("lens_harm", "weighted", "weights", "harm")],
        columns=["indicator_id", "kind", "denominator_kind", "denominator_id"],
    ).assign(multiplier=1.0, decimals=0)
    policies = pd.DataFrame(
        [("local", 5, None, "hide", None)],
        columns=["policy_id", "threshold", "rounding_base", "method", "valid_from"],
    )
    values, _, _ = publish_figures(
        figures.astype({"denominator": "float64", "unknown": "float64"}),
        indicators,
        policies,
        NO_TIES,
        WEIGHTS,
    )
    is_weighted = values["indicator_id"] == "lens_harm"
    return values[~is_weighted].to_csv(), values[is_weighted].to_csv()


def test_areas_that_differ_in_hidden_counts_alone_have_the_same_weighted_total() -> None:
    totals: dict[str, set[str]] = {}
    areas: dict[str, int] = {}
    for numbers in product((0, 2, 3, 7, 8), (0, 1, 2, 3), (5, 6, 7), (0, 40)):
        others, total = published(dict(zip(KINDS, numbers, strict=True)))
        totals.setdefault(others, set()).add(total)
        areas[others] = areas.get(others, 0) + 1
    assert {len(found) for found in totals.values()} == {1}
    assert sum(number > 1 for number in areas.values()) > 5
    assert any("At least" in total for found in totals.values() for total in found)
