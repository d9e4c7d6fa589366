"""What is not reported is seen as such, and its number is nowhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import chart_examples as examples
import pandas as pd
import pytest

from pipeline.report.charts.interactive import plotly_figure
from pipeline.report.charts.svg import draw_svg

WITH_HIDDEN = [
    name
    for name in examples.EXAMPLES
    if name not in ("yearly_trend", "many_dots", "hundred_squares", "waterfall", "lorenz")
]


@pytest.mark.parametrize("name", WITH_HIDDEN)
def test_a_number_left_in_a_hidden_row_changes_no_byte(name):
    clean = examples.EXAMPLES[name]()
    dirty = examples.leave_behind(clean)
    assert (dirty.frame["value"] == examples.LEFT_BEHIND).any()
    assert draw_svg(dirty) == draw_svg(clean)
    assert plotly_figure(dirty) == plotly_figure(clean)
    for text in (draw_svg(dirty), json.dumps(plotly_figure(dirty))):
        assert "98765" not in text and "98,765" not in text


@pytest.mark.parametrize("name", WITH_HIDDEN)
def test_every_hidden_state_is_marked_and_explained(name):
    chart = examples.EXAMPLES[name]()
    texts = " ".join(examples.read_texts(draw_svg(chart)))
    statuses = set(chart.frame["status"]) - {"reported"}
    if name == "definition_bars":
        statuses -= {"not_available"}  # what is not available there is shown as "at most"
    marks = {"suppressed": "[c]", "not_available": "[x]", "not_applicable": "[z]"}
    words = {
        "suppressed": "suppressed to",
        "not_available": "not available",
        "not_applicable": "not applicable",
    }
    for status in statuses:
        assert texts.count(marks[status]) >= 2  # at its place, and in the key
        assert words[status] in texts
    assert "url(#" in draw_svg(chart) or name == "trend"


@pytest.mark.parametrize("name", [name for name in WITH_HIDDEN if name in examples.INTERACTIVE])
def test_hover_over_a_hidden_value_says_its_state_alone(name):
    figure = plotly_figure(examples.EXAMPLES[name]())
    hovers = [text for trace in figure["data"] for text in _hovers(trace) if "[c]" in text or "[x]" in text]
    assert hovers
    for hover in hovers:
        assert hover.endswith(("[c] suppressed to protect people", "[x] not available"))
        assert "reported" not in hover and "interval" not in hover


def _hovers(trace):
    for key in ("hovertext", "text"):
        for entry in [trace[key]] if isinstance(trace.get(key), str) else trace.get(key, []):
            for text in [entry] if isinstance(entry, str) else entry:
                if "<br>" in text:
                    yield text


@pytest.mark.parametrize("name", examples.INTERACTIVE)
def test_hover_says_nothing_that_is_not_in_the_frame(name):
    chart = examples.EXAMPLES[name]()
    numbers = [c for c in ("value", "lower", "upper", "benchmark") if c in chart.frame]
    known = {f"{v:,.{chart.decimals}f}" for c in numbers for v in chart.frame[c].dropna().astype(float)}
    hovers = [text for trace in plotly_figure(chart)["data"] for text in _hovers(trace)]
    assert len(hovers) >= chart.frame["status"].eq("reported").sum()
    for hover in hovers:
        for line in hover.split("</b><br>", 1)[1].split("<br>"):
            said = line.removesuffix(f" {chart.value_label}").removeprefix("95% interval ")
            assert set(re.findall(r"[\d,]*\d\.?\d*", said)) <= known


def test_an_upper_bound_of_a_suppressed_count_is_hidden_too():
    chart = examples.definition_bars()
    frame = chart.frame.copy()
    frame.loc[0, ["value", "upper_bound", "status"]] = [None, 77777, "suppressed"]
    svg = draw_svg(replace(chart, frame=frame))
    assert "77,777" not in svg and "row-0-bound" not in svg


@pytest.mark.parametrize("status", ["suppressed", "not_available", "not_applicable"])
@pytest.mark.parametrize("name", list(examples.EXAMPLES))
def test_a_chart_without_figures_says_why(name, status):
    chart = examples.hide_all(examples.EXAMPLES[name](), status)
    svg = draw_svg(chart)
    shown = " ".join(examples.read_texts(svg))
    mark = {"suppressed": "[c]", "not_available": "[x]", "not_applicable": "[z]"}[status]
    assert "No figures are shown" in shown and mark in shown and "SYNTHETIC" in shown
    assert "nan" not in svg.lower().replace("finance", "")
    figure = plotly_figure(chart)
    if figure is not None:
        text = json.dumps(figure, allow_nan=False)
        assert figure["data"] == [] and mark in text and "SYNTHETIC" in text


@pytest.mark.parametrize("name", list(examples.EXAMPLES))
def test_an_empty_frame_is_explained(name):
    chart = examples.EXAMPLES[name]()
    assert "There are no figures" in " ".join(
        examples.read_texts(draw_svg(replace(chart, frame=chart.frame[:0])))
    )


@pytest.mark.parametrize("name", [n for n in examples.EXAMPLES if n != "hundred_squares"])
def test_a_reported_row_without_a_number_is_not_available(name):
    chart = examples.EXAMPLES[name]()
    frame = chart.frame.assign(value=chart.frame["value"].astype("float64"))
    first = frame.index[frame["status"].eq("reported")][0]
    lost = frame.copy()
    lost.loc[first, "value"] = float("nan")
    endless = frame.copy()
    endless.loc[first, "value"] = float("inf")
    said = frame.copy()
    said.loc[first, ["value", "status"]] = [float("nan"), "not_available"]
    pictures = {draw_svg(replace(chart, frame=f)) for f in (lost, endless, said)}
    assert len(pictures) == 1 and "nan" not in pictures.pop().lower()


def test_a_month_without_a_row_is_a_gap():
    chart = examples.yearly_trend()
    frame = chart.frame[
        ~(chart.frame["series"].eq("England") & (chart.frame["period"] == pd.Timestamp(2021, 4, 1).date()))
    ]
    svg = draw_svg(replace(chart, frame=frame))
    assert "[x]" in " ".join(examples.read_texts(svg)) and "England" in " ".join(examples.read_texts(svg))


@pytest.mark.parametrize("name", list(examples.EXAMPLES))
def test_synthetic_is_on_every_synthetic_chart_and_on_no_other(name):
    chart = examples.EXAMPLES[name]()
    assert examples.read_texts(draw_svg(chart)).count("SYNTHETIC") == 1
    assert "SYNTHETIC" not in draw_svg(replace(chart, marking=""))
    if name in examples.INTERACTIVE:
        assert "SYNTHETIC" in json.dumps(plotly_figure(chart))
        assert "SYNTHETIC" not in json.dumps(plotly_figure(replace(chart, marking="")))
