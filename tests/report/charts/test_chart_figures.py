"""Plotly's figures: valid, ready for JSON, safe, and small."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import chart_examples as examples
import plotly.graph_objects as go
import pytest

from pipeline.report.charts.interactive import plotly_figure
from pipeline.report.charts.plotly_parts import write_text
from pipeline.report.charts.rows import lay_out_ranked
from pipeline.report.charts.spec import prepare_chart


@pytest.mark.parametrize("name", examples.INTERACTIVE)
def test_plotly_accepts_the_figure_and_json_holds_it(name):
    figure = plotly_figure(examples.EXAMPLES[name]())
    go.Figure(figure)  # refuses a property it does not know
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert "template" not in figure["layout"]


@pytest.mark.parametrize("name", examples.INTERACTIVE)
def test_numbers_are_compact(name):
    text = json.dumps(plotly_figure(examples.EXAMPLES[name]()))
    assert not re.search(r"\d\.\d{7,}", text)


@pytest.mark.parametrize("name", [n for n in examples.INTERACTIVE if n != "heat_map"])
def test_hostile_labels_are_escaped_everywhere(name):
    chart = examples.EXAMPLES[name]()
    frame = chart.frame.copy()
    column = "series" if "trend" in name else "label"
    frame[column] = [f"{examples.HOSTILE} {text}" for text in frame[column]]
    chart = replace(chart, frame=frame, value_label=examples.HOSTILE, reference_label=examples.HOSTILE)
    chart = replace(chart, breaks=tuple(replace(item, label=examples.HOSTILE) for item in chart.breaks))
    text = json.dumps(plotly_figure(chart))
    for tag in ("<script", "</script", "<b>b<"):
        assert tag not in text
    assert "&lt;script&gt;" in text


def test_text_for_plotly_reads_as_it_was_written():
    for text in (examples.HOSTILE, "&lt;", "a & b", "<br>"):
        escaped = write_text(text)
        assert "<" not in escaped and unescape(escaped) == text


@pytest.mark.parametrize("name", examples.INTERACTIVE)
def test_nothing_moves_zooms_or_is_fetched(name):
    figure = plotly_figure(examples.EXAMPLES[name]())
    layout = figure["layout"]
    assert layout["dragmode"] is False
    assert layout["xaxis"]["fixedrange"] and layout["yaxis"]["fixedrange"]
    assert {trace["type"] for trace in figure["data"]} <= {
        "scatter",
        "heatmap",
    }  # maps of its own fetch outlines


def test_hover_has_value_interval_and_status():
    figure = plotly_figure(examples.ranked_dots())
    hovers = [text for trace in figure["data"] for text in trace.get("hovertext", [])]
    wanted = "<b>Port Example</b><br>41.2 offences per 1,000 people<br>95% interval 40.2 to 42.2<br>reported"
    assert wanted in hovers


def test_drawn_and_interactive_share_their_axes():
    lay = lay_out_ranked(prepare_chart(examples.ranked_dots()))
    axis = plotly_figure(examples.ranked_dots())["layout"]["xaxis"]
    assert axis["range"] == [lay.across.low, lay.across.high] and axis["tickvals"] == list(lay.ticks)
