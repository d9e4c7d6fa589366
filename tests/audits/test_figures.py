"""A text of a published table is a number, a marker that says something or nothing, or words."""

from __future__ import annotations

import pytest

from pipeline.audits.figures import Figure, read_figure

HIDDEN, UNKNOWN = Figure(None), Figure(None, least=0)


@pytest.mark.parametrize(
    ("texts", "figure"),
    [
        ("0|0.0|0 [r]", Figure(0.0)),
        (
            "1204|1,204|1,204 [note 3]|1204.00|1203.9999999998|1 204|1\u00a0204|1204*|1,204(r)|1204 r|1204p|1204 (92%)"
            "|1204 (9.5 %)",
            Figure(1204.0),
        ),
        (
            "c|C|[c]|(c)|*|**|***|x|[x]|:|..|s|supp|Supp.|suppressed|Suppressed|[low]|data suppressed|DPR|†|^",
            HIDDEN,
        ),
        ("|-|–|.|n/a", UNKNOWN),
        ("z|[z]", Figure(0.0)),
        (
            "<5|< 5|n<5|N < 5|fewer than 5|Less than five|under 5|[<5]|≤4|<=4|at most 4|4 or fewer|4 or less",
            Figure(None, most=4),
        ),
        ("1-4|1 to 4|1–4", Figure(None, least=1, most=4)),
        ("0-4", Figure(None, least=0, most=4)),
        ("2-4", Figure(None, least=2, most=4)),
        ("Leeds|10 to 19|5-9|2023/24|12a|1,2|cc|1 2|12 34|1e3|note|--", None),
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
    assert read_figure("•") is None
    assert read_figure(" • ", ("•",)) == HIDDEN
    assert read_figure("•", ("•=7",)) == Figure(None, most=7)
    assert read_figure("•", ("•=2-7",)) == Figure(None, least=2, most=7)
    assert read_figure("0", ("0",)) == HIDDEN
