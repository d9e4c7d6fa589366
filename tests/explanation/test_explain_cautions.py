"""A caution is told of a figure when it touches that one, by date and trigger, and not for its indicator's others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow
import pytest

from pipeline.explanation.background import Background
from pipeline.explanation.cautions import find_cautions
from pipeline.settings import DEMONSTRATION, read_assessment
from tests.counts.reference import read_seed

SPAN = {"first_period": date(2019, 4, 1), "last_period": date(2024, 3, 31)}
CAVEATS = [
    {"caveat_id": name, "text": name, "indicator_id": "violence_rate", **SPAN}
    for name in ("not_accredited", "flag_of_an_officer", "counting_rules", "force_missing", "restrictions",
                 "resident_denominator", "boundaries", "pooled", "population_estimated")
]  # fmt: skip
INDICATOR = {
    "indicator_id": "violence_rate", "section": "scale", "kind": "rate", "unit": "per 1,000 people",
    "series_family": "police", "numerator_measure_id": "violence", "denominator_kind": "population",
    "source_ids": "police_crimes", "policy_ids": "local_default",
    "is_rounded_together": False, "is_proxy": False, "is_domestic": False,
}  # fmt: skip
BREAKS = [
    {"break_id": "change", "indicator_id": "violence_rate", "offence_subgroup": "", "is_of_flag_alone": False,
     "start_date": date(2023, 5, 15),
     "end_date": None, "kind": "rule_change", "label": "May 2023"},
    {"break_id": "covid", "indicator_id": "violence_rate", "offence_subgroup": "", "is_of_flag_alone": False,
     "start_date": date(2020, 4, 1),
     "end_date": date(2021, 7, 19), "kind": "left_out", "label": "COVID"},
]  # fmt: skip
FIGURE = {
    "indicator_id": "violence_rate", "area_code": "E23000099", "area_type": "vru", "breakdown": "none",
    "breakdown_value": "",
    "period_type": "financial_year", "period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31),
    "split": "all", "value_status": "reported", "is_population_estimated": False, "is_from_rounded": False,
}  # fmt: skip


def told(caveats: list[dict[str, Any]] = CAVEATS, **changed: Any) -> set[str]:
    own = {"lens_id": "", **FIGURE, **changed}
    # Neither another place of the same period nor another period of the same place calls anything forth in this one.
    place = {"area_type": "msoa", "area_code": "X02000001", "split": "not_known"}
    period = {"period_start": date(2019, 4, 1), "period_end": date(2024, 3, 31)}
    cells = [{**own, **place}, {**own, **period}, own]
    background = Background(
        read_assessment(DEMONSTRATION),
        values=pyarrow.Table.from_pylist(cells),
        comparisons=pyarrow.table({}),
        claims=[],
        tables={"indicators": [INDICATOR], "series_breaks": BREAKS, "benchmarks": [], "caveats": caveats},
        seeds={name: read_seed(name) for name in ("caveats", "series_breaks", "series_break_measures",
                                                  "lad_code_changes")},
        contracts={},
        policy_of_source={},
        policies=(),
        graph=None,
    )  # fmt: skip
    return set(find_cautions(background, cells[-1]))


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({}, set()),
        ({"split": "domestic"}, {"flag_of_an_officer"}),
        ({"period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}, {"counting_rules"}),
        ({"period_start": date(2021, 4, 1), "period_end": date(2022, 3, 31)}, {"restrictions"}),
        ({"area_type": "country", "area_code": "K04000001"}, {"force_missing"}),
        ({"area_type": "country", "area_code": "K04000001", "period_end": date(2022, 9, 30)}, set()),
        ({"area_type": "lad", "area_code": "E06000001"}, {"resident_denominator"}),
        ({"area_type": "lad", "area_code": "E06000066"}, {"resident_denominator", "boundaries"}),
        ({"period_type": "pooled_years"}, {"pooled"}),
        ({"is_population_estimated": True}, {"population_estimated"}),
        ({"value_status": "suppressed", "split": "domestic"}, {"flag_of_an_officer"}),
    ],
)
def test_a_caution_is_told_of_the_figure_that_it_touches(changed: dict[str, Any], more: set[str]) -> None:
    assert told(**changed) == {"not_accredited", *more}


def test_what_is_not_published_or_of_other_dates_is_not_told() -> None:
    assert told([]) == set()
    later = {**CAVEATS[0], "first_period": date(2023, 4, 1)}
    assert told([later]) == set()
    assert told([{**CAVEATS[0], "indicator_id": "robbery_rate"}]) == set()


@pytest.mark.parametrize(("split", "is_told"), [("all", False), ("domestic", True)])
def test_a_change_of_the_flag_is_told_of_the_parts_alone(
    split: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BREAKS[0], "is_of_flag_alone", True)
    inside = {"period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}
    assert ("counting_rules" in told(split=split, **inside)) == is_told


def test_a_change_for_one_kind_of_offence_is_told_of_that_kind_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BREAKS[0], "offence_subgroup", "Arson")
    inside = {"period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}
    assert "counting_rules" not in told(**inside)
    arson = {"breakdown": "offence_subgroup", "breakdown_value": "Arson"}
    assert "counting_rules" in told(**inside, **arson)
    assert "counting_rules" not in told(**inside, **{**arson, "breakdown_value": "Homicide"})
