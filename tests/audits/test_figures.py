"""A text of a published table is a number, a marker that says something or nothing, or words."""

from __future__ import annotations

import pytest

from pipeline.audits.figures import Figure, read_figure

HIDDEN, UNKNOWN = Figure(None), Figure(None, least=0)


@pytest.mark.parametrize(
    ("texts", "figure"),
    [
        ("0|0.0|0 [r]", Figure(0.0)),
        ("1204|1,204|1,204 [note 3]|1204.00", Figure(1204.0)),
        ("c|C|[c]|(c)|*|**|x|[x]|:|..|s|suppressed|Suppressed|[low]", HIDDEN),
        ("|-|–|.|n/a", UNKNOWN),
        ("z|[z]", Figure(0.0)),
        ("<5|< 5|fewer than 5|under 5|[<5]|≤4|<=4|at most 4", Figure(None, most=4)),
        ("1-4|1 to 4|1–4", Figure(None, least=1, most=4)),
        ("Leeds|10 to 19|5-9|2023/24|12a|1,2|c.|1 2|1e3|note|--", None),
    ],
)
def test_a_figure_is_what_its_text_says(texts: str, figure: Figure | None) -> None:
    assert [read_figure(text) for text in texts.split("|")] == [figure] * len(texts.split("|"))


@pytest.mark.parametrize("text", ["-3", "−3", "4.5", "45%", "100 %"])
def test_a_fraction_a_percentage_and_a_negative_number_are_no_counts(text: str) -> None:
    figure = read_figure(text)
    assert figure is not None
    assert not figure.is_count


def test_a_further_marker_is_what_its_user_says() -> None:
    assert read_figure("†") is None
    assert read_figure(" † ", ("†",)) == HIDDEN
    assert read_figure("0", ("0",)) == HIDDEN
