"""A statistic is told with its number, what it means, and every published figure that went in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow
import pytest

from pipeline.cli.told_statistic import tell_statistic
from pipeline.explanation.background import Background
from pipeline.explanation.question import Question
from pipeline.explanation.statistic import MEANINGS, Statistic, explain_statistic
from pipeline.settings import DEMONSTRATION, ConfigurationError, read_assessment
from tests.counts.reference import read_seed

OWN, AREA = "exampleshire", "X23000001"
DAYS = {"period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}
YEAR = {"period_type": "financial_year", **DAYS}
POOLED = {"period_type": "pooled_years", "period_start": date(2021, 4, 1), "period_end": date(2024, 3, 31)}


def cell(indicator_id: str, lens_id: str, numerator: float | None, **changed: Any) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id, "lens_id": lens_id, "area_code": AREA, "area_type": "vru", **YEAR,
        "breakdown": "none", "breakdown_value": "", "split": "all", "numerator": numerator, "denominator": None,
        "value": numerator, "lowest": None, "highest": None, "source_id": "police_crimes", "status_reason": "",
        "value_status": "suppressed" if numerator is None else "reported", **changed,
    }  # fmt: skip


def of_kind(kind: str) -> dict[str, str]:
    return {"breakdown": "offence_subgroup", "breakdown_value": kind}


DISTRICT = {"area_type": "lad", "area_code": "D1"}
CELLS = [
    cell("lens_offences", OWN, 40.0),
    cell("lens_offences", "wide", 100.0),
    cell("lens_offences", "wide", 300.0, **POOLED),
    cell("lens_offences", "wide", 90.0, split="domestic"),
    cell("lens_left_out", "wide", 70.0),
    cell("lens_left_out", "wide", 60.0, split="domestic"),
    cell("lens_domestic_share", "wide", 90.0),
    cell("lens_offence_rate", OWN, 7.0, **DISTRICT),
    cell("lens_offence_rate", "wide", 25.0, **DISTRICT),
    cell("lens_offences", OWN, None, **of_kind("Homicide")),
    cell("lens_offences", "wide", 9.0, **of_kind("Homicide")),
    cell("lens_offences", OWN, 0.0, **of_kind("Arson")),
    cell("domestic_share", "", 120.0, denominator=900.0),
    cell("domestic_share", "", 20.0, **of_kind("Arson")),
    cell("domestic_share", "", None, **of_kind("Homicide")),
    cell("domestic_share", "", None, **of_kind("Elsewhere")),
]


def row(statistic: str, value: float, item: str = "", **changed: Any) -> dict[str, Any]:
    return {
        "statistic": statistic, "lens_id": OWN, "other_lens_id": "wide", "area_code": AREA, "item": item, **YEAR,
        "value": value, "lower95": None, "upper95": None, "lowest": None, "highest": None,
        "value_status": "reported", "status_reason": "", **changed,
    }  # fmt: skip


ROWS = [
    row("capture_ratio", 0.4),
    row("capture_ratio", 2.5, lens_id="wide", other_lens_id=OWN),
    row("capture_ratio", 0.3, **POOLED),
    row("capture_ratio", 0.28, "D1"),
    row("left_out_share", 70.0, lower95=60.4, upper95=78.1, lowest=65.0, highest=72.5),
    row("domestic_left_out_share", 66.7),
    row("cost_ratio", 0.2, status_reason="Without Homicide in both definitions."),
    row("rank_change", 1.0, "D1"),
    row("rank_change", None, "D2", value_status="suppressed", status_reason="Too few to report."),  # type: ignore[arg-type]
]
EFFECTS = {
    "share": 12.0, "reference_share": 14.0, "weight": 100.0, "reference_weight": 100.0, "mix_effect": -1.5,
    "mix_lower95": -1.7, "mix_upper95": -1.3, "within_effect": -0.5, "within_lower95": None, "within_upper95": None,
    "known_within_effect": 0.0, "known_within_lower95": None, "known_within_upper95": None,
}  # fmt: skip
TAKEN = {
    "indicator_id": "domestic_share", "area_code": AREA, "area_type": "vru", **DAYS, "reference_name": "Country",
    "reference_year_start": date(2023, 4, 1), "value_status": "reported", "status_reason": "",
}  # fmt: skip
DECOMPOSITIONS = [
    {**TAKEN, **EFFECTS, "offence_subgroup": ""},
    {**TAKEN, **EFFECTS, "offence_subgroup": "Arson", "within_effect": -0.0},
    {**TAKEN, **EFFECTS, "offence_subgroup": "Arson", "period_start": date(2022, 4, 1)},
]


def ask(name: str, **asked: str) -> tuple[Statistic, ...]:
    background = Background(
        read_assessment(DEMONSTRATION),
        values=pyarrow.Table.from_pylist(CELLS),
        comparisons=pyarrow.table({}),
        claims=[],
        tables={
            "areas": [{"area_code": code, "area_name": f"District {code}"} for code in ("D1", "D2")],
            "lenses": [{"lens_id": "wide", "title": "Wide"}, {"lens_id": OWN, "title": "Ours"}],
            "lens_comparisons": ROWS,
            "decompositions": DECOMPOSITIONS,
            "indicators": [{"indicator_id": "domestic_share", "numerator_measure_id": "recorded_crime"}],
        },
        seeds={
            "measure_rules": [{"measure_id": "recorded_crime", "offence_group": "All"}],
            "offence_codes": [
                {"offence_subgroup": "Homicide", "offence_group": "All"},
                {"offence_subgroup": "Elsewhere", "offence_group": "Other"},
            ],
        },
        contracts={},
        policy_of_source={"domestic_share_reference": "open"},
        policies=(),
        graph=None,
    )
    return explain_statistic(background, Question(name, **asked))


# What is open in the area bounds what is open in a district.
IN_AREA = [("lens_offences", OWN, 40.0), ("lens_offences", "wide", 100.0)]


def went_in(statistic: Statistic) -> list[tuple[str, str, float | None]]:
    return [(cell["indicator_id"], cell["lens_id"], cell["numerator"]) for cell in statistic.figures]


def test_a_statistic_of_two_definitions_has_a_name_of_its_own_and_its_two_counts() -> None:
    [found] = ask("capture_ratio")
    assert found.statistic_id == "capture_ratio · exampleshire · wide · X23000001 · 2023/24"
    assert found.numbers["value"] == 0.4
    assert went_in(found) == [("lens_offences", OWN, 40.0), ("lens_offences", "wide", 100.0)]
    assert tell_statistic(found) == [
        "Statistic       capture_ratio · exampleshire · wide · X23000001 · 2023/24",
        "Number          0.4",
        "What it means   Offences in “Ours” for each in “Wide”: one count over the other. No interval:\n"
        "                offences can be in both.",
        "Went in         lens_offences · exampleshire · X23000001 · 2023/24 · 40",
        "Went in         lens_offences · wide · X23000001 · 2023/24 · 100",
        "",
    ]


def test_a_district_is_told_by_its_own_counts() -> None:
    [found] = ask("capture_ratio", area="district d1")
    assert found.numbers["value"] == 0.28
    assert went_in(found) == [*IN_AREA, ("lens_offence_rate", OWN, 7.0), ("lens_offence_rate", "wide", 25.0)]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "left_out_share",
            [("lens_left_out", "wide", 70.0), ("lens_offences", OWN, 40.0), ("lens_offences", "wide", 100.0)],
        ),
        (
            "domestic_left_out_share",
            [("lens_left_out", "wide", 60.0), ("lens_domestic_share", "wide", 90.0)],
        ),
        ("cost_ratio", [("lens_offences", OWN, None), ("lens_offences", "wide", 9.0)]),
    ],
)
def test_each_statistic_names_what_it_was_made_of(
    name: str, counts: list[tuple[str, str, float | None]]
) -> None:
    [found] = ask(name)
    assert went_in(found) == counts


def test_what_is_left_out_is_told_with_interval_and_reason() -> None:
    [share] = ask("left_out_share")
    assert share.drawn == ()
    assert "Number          70 (95% interval 60.4 to 78.1), lowest 65, highest 72.5" in tell_statistic(share)
    [cost] = ask("cost_ratio")
    assert "Mind            Without Homicide in both definitions." in tell_statistic(cost)
    assert any(line.endswith("Homicide · X23000001 · 2023/24 · suppressed") for line in tell_statistic(cost))


def test_of_ranks_every_district_is_told_where_none_is_named_and_a_hidden_one_has_no_number() -> None:
    first, second = ask("rank_change")
    assert went_in(first) == [*IN_AREA, ("lens_offence_rate", OWN, 7.0), ("lens_offence_rate", "wide", 25.0)]
    assert tell_statistic(second)[1] == "Number          suppressed"
    assert [found.numbers["value"] for found in ask("rank_change", area="D1")] == [1.0]


def test_a_share_that_is_taken_apart_is_told_with_its_kinds_and_their_figures() -> None:
    [found] = ask("decomposition")
    assert (
        found.statistic_id
        == "decomposition · domestic_share · against Country 2023-04-01 · X23000001 · 2023/24"
    )
    assert [part["offence_subgroup"] for part in found.parts] == ["Arson"]
    # A hidden kind went in, by what the total leaves for it; one that the share does not count did not.
    assert [(cell["breakdown_value"], cell["numerator"]) for cell in found.figures] == [
        ("Arson", 20.0), ("Homicide", None), ("", 120.0),
    ]  # fmt: skip
    [drawn] = found.drawn
    assert (drawn.source_id, drawn.mart) == ("domestic_share_reference", "fct_domestic_references")
    assert (drawn.period_start, drawn.period_end) == (date(2023, 4, 1), date(2024, 3, 31))
    lines = tell_statistic(found)
    assert lines[1] == (
        "Number          share 12, reference share 14, mix effect -1.5 (95% interval -1.7 to -1.3), within\n"
        "                effect -0.5, known within effect 0"
    )
    assert any(line.startswith("Kind            Arson: share 12,") and "-0 " not in line for line in lines)


def test_lens_period_and_place_are_heard_and_what_there_is_not_is_told() -> None:
    assert [found.numbers["value"] for found in ask("capture_ratio", lens_id="wide")] == [2.5]
    assert [found.numbers["value"] for found in ask("capture_ratio", period="2021/22 to 2023/24")] == [0.3]
    for asked, sentence in (
        ({"other_lens_id": "wid"}, "not published for the lens 'wid'. Did you mean 'wide'?"),
        ({"period": "2019/20"}, "not published for '2019/20' there; the latest that is: 2023/24"),
        ({"split": "domestic"}, "has no parts: leave out --split"),
        ({"area": "D3"}, "There is no area 'D3'"),
    ):
        with pytest.raises(ConfigurationError, match=sentence.replace("?", r"\?")):
            ask("capture_ratio", **asked)


@pytest.mark.parametrize("name", ["lens_offences", "", "capture"])
def test_what_is_no_statistic_is_not_explained_as_one(name: str) -> None:
    assert ask(name) == ()


def test_every_published_statistic_of_two_definitions_is_explained() -> None:
    published = {
        each["kind"]
        for each in read_seed("figure_treatments")
        if (each["table_name"], each["column_name"]) == ("lens_comparisons", "statistic")
    }
    assert set(MEANINGS) == published
