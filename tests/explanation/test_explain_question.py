"""A question finds one cell, or one sentence that says what there is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.explanation.question import Question, find_cell
from pipeline.settings import ConfigurationError

NAMES = {"X1": "Exampleshire", "X2": "Upper Example", "X3": "Long Sutton", "X4": "Long Sutton"}
USUAL = {"area_code": "X1", "lens_id": "own"}


def cell(**changed: Any) -> dict[str, Any]:
    return {
        "area_code": "X1", "lens_id": "", "split": "all", "breakdown": "none", "breakdown_value": "",
        "period_type": "financial_year", "period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31),
        "value_status": "reported", **changed,
    }  # fmt: skip


CELLS = [
    cell(),
    cell(period_start=date(2022, 4, 1), period_end=date(2023, 3, 31)),
    cell(period_type="month", period_start=date(2024, 3, 1), period_end=date(2024, 3, 31)),
    cell(split="domestic"),
    cell(breakdown="sex", breakdown_value="Female"),
    cell(area_code="X2"),
    cell(area_code="X3"),
    cell(area_code="X4"),
]


def ask(cells: list[dict[str, Any]] = CELLS, **asked: str) -> dict[str, Any]:
    return dict(find_cell(Question("violence_rate", **asked), cells, NAMES, USUAL))


def test_nothing_said_is_the_whole_area_the_total_and_the_latest_year() -> None:
    assert ask() == cell()


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ({"area": "X2"}, {"area_code": "X2"}),
        ({"area": "upper example"}, {"area_code": "X2"}),
        ({"area": "x3"}, {"area_code": "X3"}),
        ({"split": "Domestic"}, {"split": "domestic"}),
        ({"breakdown_value": "female"}, {"breakdown": "sex", "breakdown_value": "Female"}),
        ({"period": "2022-23"}, {"period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31)}),
        ({"period": "2024-03"},
         {"period_type": "month", "period_start": date(2024, 3, 1)}),
    ],
)  # fmt: skip
def test_each_part_of_a_question_is_heard(asked: dict[str, str], changed: dict[str, Any]) -> None:
    assert ask(**asked) == cell(**changed)


def test_the_latest_is_the_latest_that_has_or_hides_a_figure() -> None:
    latest = cell(value_status="not_available")
    hidden = cell(period_start=date(2022, 4, 1), period_end=date(2023, 3, 31), value_status="suppressed")
    assert ask([hidden, latest]) == hidden
    assert ask([latest]) == latest


def test_a_figure_by_definition_is_that_of_the_area_s_own() -> None:
    cells = [cell(lens_id="wide"), cell(lens_id="own")]
    assert ask(cells)["lens_id"] == "own"
    assert ask(cells, lens_id="WIDE")["lens_id"] == "wide"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"area": "Uper Example"}, "There is no area 'Uper Example'. Did you mean 'Upper Example'?"),
        ({"area": "Zz"}, "There is no area 'Zz'. Give a code or a name."),
        ({"area": "long sutton"}, "2 areas are called 'long sutton': give the code of one, X3, X4."),
        ({"split": "domestik"}, "is not published for the split 'domestik'. Did you mean 'domestic'?"),
        ({"lens_id": "zz"}, "violence_rate is not published for the lens 'zz'. There is none."),
        ({"breakdown_value": "Femal"}, "for the breakdown value 'Femal'. Did you mean 'Female'?"),
        ({"period": "soon"}, "'soon' is no period: write 2023/24, 2023, 2023Q2, 2023-05 or"),
        ({"period": "2019"}, "not published for 2019 there; the latest that is: 2023/24, March 2024."),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ask(**asked)
    assert sentence in str(refused.value)


def test_an_indicator_by_part_alone_asks_for_a_part() -> None:
    with pytest.raises(
        ConfigurationError, match="by factor alone: name one after --breakdown-value, such as 'A'"
    ):
        ask([cell(breakdown="factor", breakdown_value="A")])
