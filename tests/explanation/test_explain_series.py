"""A trend and a month in a control chart are explained by the published rows and figures that they are made of."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline import plan
from pipeline.cli.told_series import tell_series
from pipeline.explanation.figure import Explanation
from pipeline.explanation.question import Question
from pipeline.explanation.series import NOT_JUDGED, SIGNALS
from pipeline.settings import Settings


def explain(settings: Settings, indicator_id: str, **asked: str) -> Explanation:
    found = plan.explain(settings, Question(indicator_id, **asked))
    assert isinstance(found, Explanation)
    return found


def published(settings: Settings, table: str) -> pd.DataFrame:
    return pd.read_parquet(settings.published / f"{table}.parquet")


def words(found: Explanation) -> str:
    return " ".join(text for _, text in tell_series(found.trends, found.chart))


def test_a_trend_is_told_with_its_number_its_name_and_its_figures(demonstration: Settings) -> None:
    found = explain(demonstration, "violence_rate")
    rows = published(demonstration, "trends")
    rows = rows[
        (rows["indicator_id"] == "violence_rate") & (rows["area_type"] == "vru") & (rows["split"] == "all")
    ]
    assert {trend.period_type: trend.verdict for trend in found.trends} == dict(
        zip(rows["period_type"], rows["verdict"], strict=True)
    )
    (quarters,) = (trend for trend in found.trends if trend.period_type == "quarter")
    row = rows[rows["period_type"] == "quarter"].iloc[0]
    assert (quarters.value, quarters.lower95, quarters.upper95) == tuple(row[["value", "lower95", "upper95"]])
    assert quarters.statistic_id == "trends/violence_rate//X23000001/all/quarter"
    # Those left out stand among them: which is left out and why the reason says.
    assert len(quarters.figures) >= row["point_count"]
    values = published(demonstration, "indicator_values")
    values = values[(values["indicator_id"] == "violence_rate") & (values["period_type"] == "quarter")]
    values = values[(values["area_type"] == "vru") & (values["split"] == "all")].sort_values("period_start")
    assert [figure["numerator"] for figure in quarters.figures] == values["numerator"].tolist()[
        : len(quarters.figures)
    ]
    told = words(found)
    assert f"quarters: no clear change: ratio a year {row['value']:g} (95% interval" in told
    assert "one slope (trend_of_rates)" in told
    assert "Left out: May 2023: one crime per report" in told


def test_too_few_years_are_told_without_a_number(demonstration: Settings) -> None:
    told = words(explain(demonstration, "violence_rate"))
    assert "financial years: not enough points" in told
    assert "Its quarters have one." in told


@pytest.mark.parametrize("period", ["2022-06", "2020-05", "2023-05", "2024-03"])
def test_a_month_is_told_by_its_place_in_the_control_chart(demonstration: Settings, period: str) -> None:
    chart = explain(demonstration, "violence_rate", period=period).chart
    rows = published(demonstration, "signals")
    [row] = rows[
        (rows["indicator_id"] == "violence_rate") & (rows["split"] == "all")
        & (rows["period_start"] == f"{period}-01")
    ].to_dict("records")  # fmt: skip
    assert chart is not None
    assert chart.statistic_id == f"signals/violence_rate/X23000001/all/{period}-01"
    assert chart.value == row["value"]
    if pd.isna(row["centre"]):
        assert chart.centre is None
    else:
        assert (chart.centre, chart.lower_limit, chart.upper_limit) == tuple(
            row[name] for name in ("centre", "lower_limit", "upper_limit")
        )
    assert chart.says == (SIGNALS[row["signal"]] if row["is_judged"] else NOT_JUDGED[row["reason"]])
    assert ("season and days" in chart.meaning) == row["is_season_known"]


def test_no_month_of_restrictions_is_among_those_that_a_chart_is_made_of(demonstration: Settings) -> None:
    chart = explain(demonstration, "violence_rate", period="2022-06").chart
    assert chart is not None
    assert {f"{figure['period_start']:%Y-%m}" for figure in chart.figures}.isdisjoint(
        {"2020-05", "2021-03", "2023-05"}
    )


def test_every_signal_and_reason_has_its_words(demonstration: Settings) -> None:
    rows = published(demonstration, "signals")
    assert set(rows.loc[rows["is_judged"], "signal"]) <= set(SIGNALS)
    assert set(rows.loc[~rows["is_judged"], "reason"]) <= set(NOT_JUDGED)


def test_a_part_of_a_figure_and_a_year_have_no_place_in_a_chart(demonstration: Settings) -> None:
    assert explain(demonstration, "violence_rate").chart is None
    by_kind = explain(demonstration, "domestic_share", breakdown_value="Violence with injury")
    assert (by_kind.trends, by_kind.chart) == ((), None)
