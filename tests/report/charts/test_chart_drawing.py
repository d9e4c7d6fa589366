"""The SVG itself: text as text, stable bytes, nothing cut off or on top of another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from math import cos, sin
from pathlib import Path

import chart_examples as examples
import matplotlib
import pytest
from shapely import Polygon

from pipeline.report.charts.page import WIDTH
from pipeline.report.charts.spec import Break
from pipeline.report.charts.svg import draw_svg
from pipeline.report.charts.typesetting import BOLD, REGULAR, measure
from pipeline.report.charts.wording import clean, show_number

ALL = list(examples.EXAMPLES)


@pytest.mark.parametrize("name", ALL)
def test_same_chart_same_bytes(name):
    assert draw_svg(examples.EXAMPLES[name]()) == draw_svg(examples.EXAMPLES[name]())


def test_bytes_are_the_same_in_another_process():
    code = (
        "import hashlib, sys, chart_examples as e; from pipeline.report.charts.svg import draw_svg;"
        "print(hashlib.sha256(''.join(draw_svg(m()) for m in e.EXAMPLES.values()).encode()).hexdigest());"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    here, root = Path(__file__).parent, Path(__file__).parents[3]
    digests = set()
    for seed in ("1", "2"):
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{here}{os.pathsep}{root}"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize("name", ALL)
def test_svg_scales_and_names_itself(name):
    svg = draw_svg(examples.EXAMPLES[name]())
    root = examples.read_svg(svg)
    assert root.get("role") == "img" and root.get("width") == "100%" and "height" not in root.attrib
    assert root.get("viewBox", "").startswith("0 0 482 ")
    title, description = list(root)[:2]
    assert (title.tag, title.text) == (f"{examples.SVG}title", "A finding")
    assert (description.tag, description.text) == (f"{examples.SVG}desc", "What the chart shows.")
    assert root.get("aria-labelledby") == title.get("id") and root.get("aria-describedby") == description.get(
        "id"
    )
    assert "Atkinson Hyperlegible" in root.get("font-family", "")


@pytest.mark.parametrize("name", ALL)
def test_svg_can_be_inlined(name):
    svg = draw_svg(examples.EXAMPLES[name]())
    # A style element would colour the page around it; a style attribute is refused by a strict page.
    assert not re.search(r"<style|style=|<\?xml|<!DOCTYPE|<metadata|xlink|<image|<script", svg)
    assert "DejaVu" not in svg


def test_ids_are_unique_on_a_page_and_every_reference_is_met():
    charts = [make() for make in examples.EXAMPLES.values()]
    svgs = [*map(draw_svg, charts), draw_svg(charts[0], id_prefix="again")]
    ids = [found for svg in svgs for found in re.findall(r' id="([^"]*)"', svg)]
    assert len(ids) == len(set(ids))
    for svg in svgs:
        own = set(re.findall(r' id="([^"]*)"', svg))
        assert set(re.findall(r"url\(#([^)]*)\)", svg)) | set(re.findall(r' href="#([^"]*)"', svg)) <= own


@pytest.mark.parametrize("name", ALL)
def test_text_is_at_least_nine_points_and_horizontal(name):
    svg = draw_svg(examples.EXAMPLES[name]())
    texts = list(examples.read_svg(svg).iter(f"{examples.SVG}text"))
    assert texts
    for text in texts:
        assert float(text.get("font-size", "").removesuffix("px")) >= 9
        assert "rotate" not in text.get("transform", "")


def find_boxes(svg):
    """Each text and the box it fills, by the typeface's own widths."""
    for text in examples.read_svg(svg).iter(f"{examples.SVG}text"):
        size, words = float(text.get("font-size", "").removesuffix("px")), "".join(text.itertext())
        width = measure(words, size, text.get("font-weight") == "700")
        x, y = float(text.get("x", "")), float(text.get("y", ""))
        left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
        yield words, (left, y - 0.7 * size, left + width, y + 0.02 * size)


LONG = "Stalking, harassment and malicious communications, including coercive control"


def awkward_charts():
    """Charts with more and longer texts than a chart should have."""
    crowded = examples.trend()
    notes = tuple(
        Break(day, end, label)
        for day, end, label in (
            (date(2019, 4, 20), None, "April 2019: a rule with a long explanation"),
            (date(2019, 6, 1), date(2019, 8, 1), "Summer of something, shaded"),
            (date(2020, 4, 1), None, "April 2020: ex-partner offences as stalking"),
            (date(2020, 3, 26), date(2020, 7, 4), "COVID-19 restrictions"),
            (date(2021, 1, 31), None, "January 2021: image offences moved"),
            (date(2021, 3, 10), None, "March 2021: one crime per victim report"),
        )
    )
    yield "crowded notes", replace(crowded, breaks=notes)
    close = examples.yearly_trend()
    frame = close.frame.copy()
    frame["value"], frame["lower"], frame["upper"] = 30.0, 29.5, 30.5
    yield "lines at one value", replace(close, frame=frame)
    for name in ("ranked_dots", "share_dots", "definition_bars", "bars", "stacked_bars", "hundred_squares"):
        chart = examples.EXAMPLES[name]()
        frame = chart.frame.copy()
        frame["label"] = [
            f"{LONG} {n}" if name != "stacked_bars" else label for n, label in enumerate(frame["label"])
        ]
        yield f"long labels in {name}", replace(chart, frame=frame, value_label=f"{LONG} per 1,000 people")
    frame = crowded.frame.copy()
    frame["series"] = [f"{LONG}, {name}" for name in frame["series"]]
    yield "long names of lines", replace(crowded, frame=frame)
    yield "areas that touch their names", examples.choropleth(3)
    yield "few areas without outline", replace(examples.choropleth(3), outline=None)


CASES = [*((name, make()) for name, make in examples.EXAMPLES.items()), *awkward_charts()]


@pytest.mark.parametrize("chart", [chart for _, chart in CASES], ids=[name for name, _ in CASES])
def test_no_text_is_cut_off_or_on_top_of_another(chart):
    svg = draw_svg(chart)
    height = float(examples.read_svg(svg).get("viewBox", "").split()[3])
    boxes = list(find_boxes(svg))
    for words, (left, top, right, bottom) in boxes:
        assert left >= -0.5 and right <= WIDTH + 0.5 and top >= -0.5 and bottom <= height + 0.5, words
    for place, (words, one) in enumerate(boxes):
        for other_words, other in boxes[place + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, f"{words!r} on {other_words!r}"


def test_a_long_name_of_a_line_keeps_its_value():
    chart = dict(awkward_charts())["long names of lines"]
    assert "1.21" in examples.read_texts(draw_svg(chart))


TEXT_COLUMNS = {
    "trend": "series",
    "yearly_trend": "series",
    "slope": "series",
    "control": "series",
    "multiples": "series",
}


@pytest.mark.parametrize("name", [n for n in ALL if n != "heat_map"])
def test_hostile_labels_are_text(name):
    chart = examples.EXAMPLES[name]()
    frame = chart.frame.copy()
    column = "group" if name == "stacked_bars" else TEXT_COLUMNS.get(name, "label")
    first = frame[column].iloc[0]
    frame[column] = [examples.HOSTILE if text == first else text for text in frame[column]]
    chart = replace(
        chart, frame=frame, title=examples.HOSTILE, alt_text=examples.HOSTILE, value_label=examples.HOSTILE,
        outline=None,
    )  # fmt: skip
    svg = draw_svg(chart)
    root = examples.read_svg(svg)
    allowed = {"svg", "title", "desc", "g", "defs", "path", "use", "text", "pattern", "rect", "clipPath"}
    assert {element.tag.removeprefix(examples.SVG) for element in root.iter()} <= allowed
    assert next(root.iter(f"{examples.SVG}title")).text == examples.HOSTILE
    words = " ".join(examples.read_texts(svg))
    assert "$x^2$" in words and "<script>" in words


def test_control_characters_and_letters_without_a_glyph_do_no_harm():
    chart = examples.ranked_dots()
    frame = chart.frame.copy()
    frame.loc[0, "label"] = "Ynys\x00 Môn\x08 ŵŷ 中 😀\u202egnirts"
    svg = draw_svg(replace(chart, frame=frame, title="a\x0bb", value_label="per\x1f 1,000"))
    assert "Ynys Môn ŵŷ 中 😀gnirts" in examples.read_texts(svg)
    assert next(examples.read_svg(svg).iter(f"{examples.SVG}title")).text == "a b"


def test_nothing_is_left_behind_in_matplotlib():
    before = dict(matplotlib.rcParams)
    fonts = len(matplotlib.font_manager.fontManager.ttflist)
    draw_svg(examples.trend())
    assert dict(matplotlib.rcParams) == before
    assert len(matplotlib.font_manager.fontManager.ttflist) == fonts


def test_the_typeface_is_shipped():
    assert REGULAR.exists() and BOLD.exists()


def test_a_map_of_four_hundred_areas_is_small():
    chart = examples.choropleth(20)
    assert len(draw_svg(replace(chart, outline=None)).encode()) < 250_000


def test_a_detailed_coast_is_simplified_to_fit():
    chart = examples.choropleth(10)
    frame = chart.frame.copy()

    def fray(place):
        x, y = 2 + (place % 10) * 0.02, 55 + (place // 10) * 0.02
        steps = [n * 6.2832 / 900 for n in range(900)]
        return Polygon(
            [
                (x + (0.008 + 0.001 * sin(40 * a)) * cos(a), y + (0.008 + 0.001 * cos(55 * a)) * sin(a))
                for a in steps
            ]
        )

    frame["geometry"] = [fray(n) for n in range(len(frame))]
    assert len(draw_svg(replace(chart, frame=frame, outline=None)).encode()) < 250_000


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("status", "secret", "column status has secret"),
        ("role", "hero", "column role has hero"),
        ("label", "Port Example", "more than one row has the same label"),
    ],
)
def test_a_frame_that_cannot_be_drawn_is_refused(column, value, words):
    chart = examples.ranked_dots()
    frame = chart.frame.copy()
    frame.loc[0, column] = value
    with pytest.raises(ValueError, match=words):
        draw_svg(replace(chart, frame=frame))


def test_a_missing_column_and_an_unknown_kind_are_named():
    chart = examples.share_dots()
    with pytest.raises(ValueError, match="no column benchmark"):
        draw_svg(replace(chart, frame=chart.frame.drop(columns="benchmark")))
    with pytest.raises(ValueError, match="expected one of trend"):
        draw_svg(replace(chart, kind="pie"))


@pytest.mark.parametrize("values", [[34, 57, 8], [34.5, 56.5, 9], [-1, 92, 9]])
def test_a_hundred_squares_want_a_hundred_whole_numbers(values):
    chart = examples.hundred_squares()
    with pytest.raises(ValueError, match="whole numbers that sum to 100"):
        draw_svg(replace(chart, frame=chart.frame.assign(value=values)))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1204.0, 0, "1,204"), (-3.25, 1, "−3.2"), (-0.04, 1, "0.0"), (31.25, 2, "31.25"), (0.5, 0, "0")],
)
def test_numbers_as_printed(value, decimals, text):
    assert show_number(value, decimals) == text


@pytest.mark.parametrize(
    ("text", "cleaned"), [(None, ""), (float("nan"), ""), (" a\n b\t", "a b"), (2020, "2020")]
)
def test_texts_as_cleaned(text, cleaned):
    assert clean(text) == cleaned
