"""A claim's verdict is told with its statistic and every published figure that went in, and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow
import pytest

from pipeline.cli.told_lines import WIDTH
from pipeline.cli.told_verdict import tell_verdict
from pipeline.explanation.background import Background
from pipeline.explanation.claim import explain_claim
from pipeline.explanation.question import Question
from pipeline.settings import DEMONSTRATION, ConfigurationError, read_assessment

YEAR = {"period_type": "financial_year", "period_start": date(2023, 4, 1), "period_end": date(2024, 3, 31)}
BEFORE = {"period_type": "financial_year", "period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31)}


def cell(**changed: Any) -> dict[str, Any]:
    return {
        "indicator_id": "domestic_violence_share", "lens_id": "", "area_code": "X23000001", "area_type": "vru", **YEAR,
        "breakdown": "none", "breakdown_value": "", "split": "all", "numerator": 320.0, "denominator": 1000.0,
        "value": 32.0, "lowest": 30.1, "highest": 33.0, "value_status": "reported", "status_reason": "",
        "source_id": "police_crimes", **changed,
    }  # fmt: skip


CELLS = [
    cell(),
    cell(**BEFORE, numerator=300.0),
    cell(period_type="month", period_start=date(2024, 3, 1), numerator=25.0),
    cell(split="domestic"),
    cell(lens_id="wide", numerator=500.0),
    cell(breakdown_value="Homicide"),
    cell(indicator_id="violence_rate"),
    cell(area_code="D1", area_type="lad", numerator=100.0),
    cell(
        area_code="D2",
        area_type="lad",
        numerator=None,
        denominator=None,
        value=None,
        value_status="suppressed",
    ),
]
CLAIM = {
    "claim_id": "a_third", "part": "share", "area_code": "X23000001", "period_start": date(2023, 4, 1),
    "period_end": date(2024, 3, 31), "statistic": "share", "value": 32.0, "lower95": 29.2, "upper95": 35.0,
    "p_value": None, "area_count": 1, "verdict": "about_a_third", "sentence": "About a third.", "caveat": "Mind.",
    "numbers": json.dumps(
        {
            "inputs": [
                {
                    "indicator_id": "domestic_violence_share",
                    "lens_id": "",
                    "area_type": "vru",
                    "period_type": "financial_year",
                    "split": "",
                    "breakdown_value": "",
                }
            ],
            "lowest": 30.1,
        }
    ),
}  # fmt: skip


AUDIT = [
    {"measure_id": measure_id, "police_force_code": "F1", "period_start": month,
     "expected_not_flagged_status": status}
    for measure_id, month, status in [
        ("violence", date(2023, 3, 1), "reported"),
        ("violence", date(2023, 4, 1), "reported"),
        ("violence", date(2024, 3, 1), "suppressed"),
        ("recorded_crime", date(2023, 4, 1), "reported"),
    ]
]  # fmt: skip


def background(*others: dict[str, Any], **claim: Any) -> Background:
    return Background(
        read_assessment(DEMONSTRATION),
        values=pyarrow.Table.from_pylist(CELLS),
        comparisons=pyarrow.table({}),
        claims=[{**CLAIM, **claim}, *({**CLAIM, **other} for other in others)],
        tables={"areas": [{"area_code": "D1", "area_name": "Upper Example"}], "flag_audit": AUDIT},
        seeds={},
        contracts={},
        policy_of_source={"police_crimes": "local_default"},
        policies=(),
        graph=None,
    )


def test_a_verdict_is_told_with_the_figures_of_its_place_and_period() -> None:
    [verdict] = explain_claim(background(), Question("a_third"))
    assert (verdict.value, verdict.lower95, verdict.upper95, verdict.verdict) == (
        32.0,
        29.2,
        35.0,
        "about_a_third",
    )
    assert verdict.numbers == {"lowest": 30.1}
    assert [(row["area_code"], row["numerator"]) for row in verdict.figures] == [("X23000001", 320.0)]


def test_a_period_of_several_years_is_told_by_year() -> None:
    [verdict] = explain_claim(background(period_start=date(2022, 4, 1)), Question("a_third"))
    assert [row["numerator"] for row in verdict.figures] == [320.0, 300.0]


def test_where_districts_are_compared_their_figures_are_told_and_hidden_ones_stay_hidden() -> None:
    numbers = CLAIM["numbers"].replace('"vru"', '"lad"')
    [verdict] = explain_claim(background(area_count=0, numbers=numbers), Question("a_third"))
    assert [(row["area_code"], row["numerator"]) for row in verdict.figures] == [("D1", 100.0), ("D2", None)]
    lines = tell_verdict(verdict)
    assert "Went in         domestic_violence_share · D1 · 2023/24 · 100 of 1,000" in lines
    assert "Went in         domestic_violence_share · D2 · 2023/24 · suppressed" in lines


def test_a_verdict_in_words_holds_sentence_statistic_and_caveat() -> None:
    [verdict] = explain_claim(background(), Question("a_third"))
    lines = tell_verdict(verdict)
    assert lines[:6] == [
        "Part            share",
        "Says            About a third.",
        "Verdict         about a third, X23000001, April 2023 to March 2024",
        "Statistic       share: 32 (95% interval 29.2 to 35)",
        "Also            lowest 30.1",
        "Caveat          Mind.",
    ]
    many = replace(verdict, figures=verdict.figures * 20, sentence="word " * 60)
    assert max(map(len, "\n".join(tell_verdict(many)).splitlines())) <= WIDTH
    assert "                and 8 more figures: --json has them all" in tell_verdict(many)
    wider = replace(verdict, upper95=None, numbers={"confidence_percent": 98.75})
    assert "Statistic       share: 32 (98.75% interval 29.2 and upwards)" in tell_verdict(wider)
    untold = tell_verdict(replace(verdict, value=None, lower95=None, upper95=None))
    assert "Statistic       share" in untold


def test_a_period_is_heard_and_one_without_a_verdict_is_told() -> None:
    assert len(explain_claim(background(), Question("a_third", period="2023/24"))) == 1
    for period in ("2022/23", "soon"):
        with pytest.raises(
            ConfigurationError, match=f"no verdict for '{period}'; the latest is for April 2023 to"
        ):
            explain_claim(background(), Question("a_third", period=period))


def test_without_a_period_each_part_has_its_latest_verdict() -> None:
    published = background(
        {"period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31), "sentence": "Earlier."},
        {"period_start": date(2021, 4, 1), "sentence": "Pooled."},
        {"part": "rare", "period_start": date(2021, 4, 1), "sentence": "Pooled alone."},
        {"part": "rare", "period_start": date(2022, 4, 1), "period_end": date(2023, 3, 31), "sentence": "Rare."},
        period_start=date(2021, 4, 1), period_end=date(2022, 3, 31), sentence="Earliest.",
    )  # fmt: skip
    published.claims.append({**CLAIM, "sentence": "Latest."})
    latest = explain_claim(published, Question("a_third"))
    assert [verdict.sentence for verdict in latest] == ["Pooled alone.", "Latest."]
    earlier, _ = explain_claim(published, Question("a_third", period="2022/23"))
    assert earlier.sentence == "Earlier."


def test_a_verdict_on_the_flag_audit_names_its_months_and_what_they_are_drawn_from() -> None:
    numbers = json.dumps({"inputs": [], "audited": "violence", "force_count": 1})
    [verdict] = explain_claim(background(numbers=numbers), Question("a_third"))
    assert (verdict.figures, verdict.numbers) == ((), {"force_count": 1})
    assert [month["period_start"] for month in verdict.audit] == [date(2023, 4, 1), date(2024, 3, 1)]
    [drawn] = verdict.drawn
    assert (drawn.source_id, drawn.mart) == ("police_crimes", "fct_flag_audit")
    assert (drawn.period_start, drawn.period_end) == (date(2023, 4, 1), date(2024, 3, 31))
    assert "Went in         flag_audit · violence · F1 · 2 months, 1 of them hidden" in tell_verdict(verdict)
    [without] = explain_claim(background(), Question("a_third"))
    assert (without.audit, without.drawn) == ((), ())


@pytest.mark.parametrize("name", ["another", ""])
def test_what_is_no_claim_has_no_verdict(name: str) -> None:
    assert explain_claim(background(), Question(name)) == ()


@pytest.mark.parametrize("area", ["", "Exampleshire", "X23000001"])
def test_a_claim_is_about_the_whole_area_however_it_is_named(area: str) -> None:
    assert len(explain_claim(background(), Question("a_third", area=area))) == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"area": "upper example"},
            "judged for Exampleshire as a whole and not for Upper Example: leave out",
        ),
        ({"area": "Uper Example"}, "There is no area 'Uper Example'. Did you mean 'Upper Example'?"),
        ({"split": "domestic"}, "a_third is a claim and has no part 'domestic': leave out --split, or"),
        ({"lens_id": "wide"}, "no part 'wide': leave out --lens,"),
        ({"breakdown_value": "Female"}, "no part 'Female': leave out --breakdown-value,"),
    ],
)
def test_a_part_of_a_claim_is_refused_in_one_sentence(asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        explain_claim(background(), Question("a_third", **asked))
    assert sentence in str(refused.value)
