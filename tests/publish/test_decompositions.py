"""The domestic share taken apart by kind of offence: from published counts, and never from a hidden one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from pipeline.publish.decompositions import OTHER_KINDS, find_decompositions
from pipeline.publish.definitions import DomesticReferences
from pipeline.settings import Settings

GROUPS = pd.Series({"Violence with injury": "Violence against the person", "Homicide": "Violence against the person",
                    "Arson": "Criminal damage and arson"})  # fmt: skip
ASK = "Ask the Office for National Statistics."
PARTS = {"Violence with injury": (30.0, 60.0), "Homicide": (4.0, 40.0), "Arson": (10.0, 100.0)}


def values(
    statuses: dict[str, str] | None = None,
    parts: dict[str, tuple[float, float]] = PARTS,
    total_status: str = "reported",
    unknown: Mapping[str, float | None] = {},
) -> pd.DataFrame:
    """The published domestic share in 2022/23, by kind of offence, of all crime and of violence.

    `unknown` are the offences without a flag: 0 where none are named, and hidden where None.
    """
    statuses = statuses or {}
    rows = [
        _row("domestic_share", kind, counts, statuses.get(kind), unknown.get(kind, 0.0))
        for kind, counts in parts.items()
    ]
    for indicator_id, group in (("domestic_share", ""), ("domestic_violence_share", GROUPS["Homicide"])):
        of_group = [counts for kind, counts in parts.items() if group in ("", GROUPS[kind])]
        counts = (sum(part for part, _ in of_group), sum(whole for _, whole in of_group))
        rows.append(_row(indicator_id, "", counts, total_status, unknown.get(group, 0.0)))
    return pd.DataFrame(rows)


def _row(
    indicator_id: str, kind: str, counts: tuple[float, float], status: str | None, unknown: float | None = 0.0
) -> dict[str, object]:
    """A share of known flags, with what it would be if no unknown flag, or every one, were domestic."""
    is_shown = status in (None, "reported")
    has_bounds = is_shown and unknown is not None
    every = counts[1] + (unknown or 0)
    return {
        "indicator_id": indicator_id,
        "area_code": "X23000001",
        "area_type": "vru",
        "period_type": "financial_year",
        "period_start": pd.Timestamp(2022, 4, 1),
        "period_end": pd.Timestamp(2023, 3, 31),
        "breakdown": "offence_subgroup" if kind else "none",
        "breakdown_value": kind,
        "split": "all",
        "numerator": counts[0] if is_shown else None,
        "denominator": counts[1] if is_shown else None,
        "lowest": 100 * counts[0] / every if has_bounds else None,
        "highest": 100 * (counts[0] + (unknown or 0)) / every if has_bounds else None,
        "value_status": status or "reported",
    }


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


def against(reference: pd.DataFrame) -> DomesticReferences:
    """Counts under 4 are small."""
    return DomesticReferences(reference, GROUPS, ASK, threshold=4)


def run(published: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    found = find_decompositions(published, against(reference))
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


VIOLENCE = GROUPS["Homicide"]


def test_offences_without_a_flag_count_as_not_domestic_as_they_do_in_the_reference() -> None:
    """34 of 100 known flags are domestic here, and 34 of 125 offences; of the reference 30 of 100 offences."""
    unknown = {"Violence with injury": 15.0, "Homicide": 10.0, VIOLENCE: 25.0}
    found = run(values(unknown=unknown), references(2022))
    whole = found.loc[""]
    assert (whole["share"], whole["reference_share"]) == (27.2, 30.0)
    assert round(whole["mix_effect"] + whole["within_effect"], 1) == -2.8
    # Each kind lacks a fifth of its flags: its known share is what it would be with none missing, and so is within.
    without = run(values(), references(2022)).loc[""]
    assert without["known_within_effect"] == without["within_effect"] == whole["known_within_effect"]
    assert whole["known_within_lower95"] < whole["known_within_effect"] < whole["known_within_upper95"]
    assert "without a flag" not in without["status_reason"]
    assert found.loc["Violence with injury", ["share", "weight"]].tolist() == [40.0, 60.0]
    assert whole["status_reason"] == (
        "As the reference does, this counts the 20.0% of offences without a flag as not domestic. How many of its own "
        "have none the reference does not say: other shares within are of one that lacks as many. Against one that "
        f"lacks none, the shares of known flags would make {whole['known_within_effect']:+.2f} points."
    )


def test_a_kind_whose_unknown_flags_are_hidden_has_as_large_a_part_of_them_as_all_kinds() -> None:
    unknown = {"Violence with injury": 15.0, "Homicide": None, VIOLENCE: 25.0}
    found = run(values(unknown=unknown), references(2022))
    # 40 known flags are 80% of 50 offences, of which 4 are flagged.
    assert found.loc["Homicide", "share"] == 8.0
    hidden = run(values(unknown={**unknown, VIOLENCE: None}), references(2022))
    assert list(hidden["value_status"]) == ["suppressed"]


def test_all_crime_is_taken_apart_by_every_kind() -> None:
    found = find_decompositions(values(), against(references(2022)))
    assert len(found[found["indicator_id"] == "domestic_share"]) == 4


HIDDEN = dict.fromkeys(["Homicide", "Violence with injury"], "suppressed")


def test_hidden_kinds_stand_together_as_what_the_total_leaves() -> None:
    """34 of 100 here are domestic and 30 of 100 of the reference; of all crime 44 of 200 and 35 of 150."""
    found = run(values(HIDDEN), references(2022))
    assert list(found.index) == ["", OTHER_KINDS]
    assert tuple(found.loc[OTHER_KINDS, ["share", "reference_share", "weight"]]) == (34.0, 30.0, 100.0)
    assert (found.loc["", "mix_effect"], found.loc["", "within_effect"]) == (0.0, 4.0)
    assert found.loc["", "status_reason"] == (
        "Without figures of their own, and so taken together: Homicide and Violence with injury."
    )
    every = find_decompositions(values(HIDDEN), against(references(2022)))
    whole = every[every["indicator_id"] == "domestic_share"].set_index("offence_subgroup")
    assert set(whole.index) == {"", OTHER_KINDS, "Arson"}
    assert tuple(whole.loc[OTHER_KINDS, ["share", "reference_share", "weight"]]) == (34.0, 30.0, 50.0)
    assert tuple(whole.loc["", ["share", "reference_share"]]) == (22.0, 23.3)


@pytest.mark.parametrize("hidden", list(PARTS))
def test_one_hidden_kind_alone_hides_everything_that_it_is_part_of(hidden: str) -> None:
    found = find_decompositions(values({hidden: "suppressed"}), against(references(2022)))
    whole = found[found["indicator_id"] == "domestic_share"]
    assert list(whole["value_status"]) == ["suppressed"]
    assert whole[["share", "mix_effect", "within_effect"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("domestic", "offences", "status"),
    [((2, 1), (60, 40), "suppressed"), ((2, 2), (60, 40), "reported"),
     ((58, 39), (60, 40), "suppressed"), ((57, 39), (60, 40), "reported")],
)  # fmt: skip
def test_hidden_kinds_that_are_few_together_are_not_told(
    domestic: tuple[int, int], offences: tuple[int, int], status: str
) -> None:
    """Neither the domestic offences of both together nor the others may be under the threshold of 4."""
    parts = dict(zip(HIDDEN, zip(map(float, domestic), map(float, offences), strict=True), strict=True))
    found = run(values(HIDDEN, {**parts, "Arson": PARTS["Arson"]}), references(2022))
    assert found.loc["", "value_status"] == status
    assert (OTHER_KINDS in found.index) == (status == "reported")


def test_without_a_published_total_nothing_is_left_for_the_hidden_kinds() -> None:
    found = run(values(HIDDEN, total_status="suppressed"), references(2022))
    assert list(found["value_status"]) == ["suppressed"]


def test_what_is_told_is_the_same_whatever_the_hidden_counts_are() -> None:
    """Moved between the two hidden kinds, so that every published number stays."""
    told = []
    for homicides in range(1, 20):
        parts = {
            **PARTS,
            "Homicide": (float(homicides), 40.0),
            "Violence with injury": (34.0 - homicides, 60.0),
        }
        told.append(find_decompositions(values(HIDDEN, parts), against(references(2022))))
    for other in told:
        pd.testing.assert_frame_equal(other, told[0])


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
    # Years in which a homicide is hidden are told all the same, the hidden kinds together.
    assert set(found["value_status"]) == {"reported"}
    assert (found["offence_subgroup"] == OTHER_KINDS).any()
