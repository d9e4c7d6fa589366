"""The drawn and the interactive chart show the frame's own numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import chart_examples as examples
import pytest
from shapely import MultiPolygon, box

from pipeline.report.charts.interactive import plotly_figure
from pipeline.report.charts.spec import prepare_chart
from pipeline.report.charts.svg import draw_figure, draw_svg
from pipeline.report.charts.waterfall import lay_out_waterfall


def assert_in_line(values: Sequence[float], places: Sequence[float]) -> None:
    """Places follow values along one straight scale, to a fiftieth of a point."""
    low, high = min(values), max(values)
    start, end = places[list(values).index(low)], places[list(values).index(high)]
    assert abs(end - start) > 1
    for value, place in zip(values, places, strict=True):
        assert place == pytest.approx(start + (value - low) / (high - low) * (end - start), abs=0.02)


def reported(frame, column="value"):
    return frame.loc[frame["status"].eq("reported"), column].astype(float).tolist()


def drawn_data(chart, pattern):
    return {
        artist.get_gid(): artist
        for artist in draw_figure(chart).get_children()
        if artist.get_gid() and pattern in artist.get_gid()
    }


@pytest.mark.parametrize("name", ["trend", "yearly_trend"])
def test_trend_draws_the_frame_in_svg_and_plotly(name):
    chart = examples.EXAMPLES[name]()
    svg, figure = draw_svg(chart), plotly_figure(chart)
    artists = drawn_data(chart, "series-")
    for number, (label, rows) in enumerate(chart.frame.groupby("series", sort=False)):
        wanted = reported(rows)
        lines = [
            artists[gid]
            for gid in sorted(artists)
            if gid.rsplit("-", 1)[0] == f"series-{number}" and "label" not in gid
        ]
        assert sorted(value for line in lines for value in line.get_ydata()) == sorted(wanted)
        places = [
            place
            for line in examples.find_named(svg, rf"series-{number}-\d+")
            for _, place in examples.find_places(line)
        ]
        assert_in_line(wanted, places)
        traces = [trace for trace in figure["data"] if trace.get("name") == label]
        assert [value for value in traces[0]["y"] if value is not None] == wanted


def read_axis(svg, texts, axis):
    """Where the axis' own labels stand: tick value → place."""
    found = {}
    for text in examples.read_svg(svg).iter(f"{examples.SVG}text"):
        words = "".join(text.itertext())
        if words in texts and text.get("font-weight") != "700":
            size = float(text.get("font-size", "").removesuffix("px"))
            place = float(text.get("x", "")) if axis == "x" else float(text.get("y", "")) - 0.34 * size
            found[float(words.removesuffix("%"))] = place
    assert len(found) == len(texts)
    return found


def test_a_trend_stands_where_its_axis_says():
    chart = examples.trend()
    svg = draw_svg(chart)
    ticks = read_axis(svg, ("0", "1", "2", "3", "4", "5"), "y")
    first = next(examples.find_places(line) for line in examples.find_named(svg, r"series-0-0"))
    for value, (_, y) in zip((3.2, 3.36, 3.52, 3.68), first, strict=True):
        assert y == pytest.approx(ticks[0] + value / 5 * (ticks[5] - ticks[0]), abs=0.05)


@pytest.mark.parametrize(("name", "labels"), [("ranked_dots", ("0", "50")), ("share_dots", ("0%", "60%"))])
def test_dots_stand_where_their_axis_says(name, labels):
    chart = examples.EXAMPLES[name]()
    svg = draw_svg(chart)
    ticks = read_axis(svg, labels, "x")
    end = max(ticks)
    for value, dot in zip(
        sorted(reported(chart.frame), reverse=True), examples.find_named(svg, r"row-\d+-dot"), strict=True
    ):
        x = examples.find_places(dot)[0][0]
        assert x == pytest.approx(ticks[0] + value / end * (ticks[end] - ticks[0]), abs=0.05)


@pytest.mark.parametrize("name", ["trend", "yearly_trend"])
def test_trend_intervals_are_the_frames(name):
    chart = examples.EXAMPLES[name]()
    drawn = []
    for artist in drawn_data(chart, "-interval").values():
        corners = artist.get_xydata() if hasattr(artist, "get_xydata") else artist.get_xy()[:-1]
        drawn += [round(float(value), 6) for _, value in corners]
    wanted = reported(chart.frame, "lower") + reported(chart.frame, "upper")
    assert sorted(drawn) == sorted(wanted)
    figure = plotly_figure(chart)
    bands = [v for t in figure["data"] if t.get("fill") and "fillpattern" not in t for v in t["y"]]
    bars = []
    for trace in figure["data"]:
        if "error_y" in trace:
            ends = zip(trace["y"], trace["error_y"]["array"], trace["error_y"]["arrayminus"], strict=True)
            bars += [round(end, 6) for y, up, down in ends if up for end in (y + up, y - down)]
    assert sorted(bands + bars) == sorted(wanted)


def test_line_is_cut_at_a_rule_change_and_at_a_gap():
    chart = examples.trend()
    rules = [
        artist.get_xdata()[0]
        for artist in draw_figure(chart).get_children()
        if (artist.get_gid() or "").startswith("break-")
    ]
    pieces = examples.find_named(draw_svg(chart), r"series-0-\d+")
    assert len(rules) == 2 and len(pieces) == 4  # two rule changes and one gap make four pieces
    for piece in pieces:
        xs = [x for x, _ in examples.find_places(piece)]
        assert not any(min(xs) < rule < max(xs) for rule in rules)
    whole = plotly_figure(chart)["data"]
    line = next(trace for trace in whole if trace.get("name") == "Domestic abuse")
    assert line["y"].count(None) == 4 and line["connectgaps"] is False


@pytest.mark.parametrize("name", ["ranked_dots", "many_dots", "share_dots"])
def test_dots_stand_at_the_frames_values_from_high_to_low(name):
    chart = examples.EXAMPLES[name]()
    svg = draw_svg(chart)
    wanted = sorted(reported(chart.frame), reverse=True)
    dots = [examples.find_places(dot)[0] for dot in examples.find_named(svg, r"row-\d+-dot")]
    assert_in_line(wanted, [x for x, _ in dots])
    assert [y for _, y in dots] == sorted(y for _, y in dots)
    shown = drawn_data(chart, "-dot")
    assert [float(shown[f"row-{n}-dot"].get_xdata()[0]) for n in range(len(wanted))] == wanted
    spans = [tuple(map(float, line.get_xdata())) for line in drawn_data(chart, "-interval").values()]
    assert sorted(spans) == sorted(
        zip(reported(chart.frame, "lower"), reported(chart.frame, "upper"), strict=True)
    )
    traces = [t for t in plotly_figure(chart)["data"] if "error_x" in t]
    found = {}
    for trace in traces:
        errors = trace["error_x"]
        for x, up, down in zip(trace["x"], errors["array"], errors["arrayminus"], strict=True):
            found[x] = (round(x - down, 6), round(x + up, 6))
    rows = chart.frame[chart.frame["status"].eq("reported")]
    assert found == {r["value"]: (r["lower"], r["upper"]) for r in rows.to_dict("records")}


def test_benchmarks_are_the_frames():
    chart = examples.share_dots()
    drawn = sorted(
        float(line.get_xdata()[0])
        for line in drawn_data(chart, "-benchmark").values()
        if hasattr(line, "get_xdata")
    )
    assert drawn == sorted(chart.frame["benchmark"].dropna())
    trace = next(t for t in plotly_figure(chart)["data"] if t.get("marker", {}).get("symbol") == "line-ns")
    assert sorted(trace["x"]) == drawn


def test_definition_bars_show_what_is_certain_and_what_may_be():
    chart = examples.definition_bars()
    certain = [box.get_width() for gid, box in drawn_data(chart, "-bar").items() if gid.endswith("-bar")]
    assert certain == [2810, 4100, 22410]
    bounds = {
        gid: (box.get_x(), box.get_width())
        for gid, box in drawn_data(chart, "-bound").items()
        if gid.startswith("row-")
    }
    assert bounds == {"row-0-bound": (2810, 310), "row-1-bound": (4100, 1850), "row-3-bound": (0, 1310)}
    texts = examples.read_texts(draw_svg(chart))
    assert {"2,810 to 3,120", "4,100 to 5,950", "22,410", "at most 1,310", "[c]"} <= set(texts)


def test_bars_reach_from_zero_to_the_frames_values():
    chart = examples.bars()
    boxes = [box for gid, box in drawn_data(chart, "-bar").items()]
    assert [(box.get_x(), box.get_width()) for box in boxes] == [(0, 18.4), (0, 31.2), (0, 1.2)]
    svg = draw_svg(chart)
    ends = [max(x for x, _ in examples.find_places(bar)) for bar in examples.find_named(svg, r"row-\d+-bar")]
    assert_in_line([18.4, 31.2, 1.2], ends)
    assert {"18.4%", "31.2%", "1.2%"} <= set(examples.read_texts(svg))


def test_parts_of_a_stacked_bar_follow_each_other():
    parts = {
        gid: (b.get_x(), b.get_width())
        for gid, b in drawn_data(examples.stacked_bars(), "-part-").items()
        if hasattr(b, "get_width")
    }
    assert parts == {
        "row-0-part-0": (0, 33), "row-0-part-1": (33, 58), "row-0-part-2": (91, 9), "row-1-part-1": (0, 70),
    }  # fmt: skip


def test_areas_are_darker_the_higher_their_value():
    chart = examples.choropleth()
    svg = draw_svg(chart)
    tints = ("#dfe8f1", "#aac3da", "#7099bf", "#3a6c9b", "#12436d")
    drawn = {e.get("id", "").split("-area-")[1]: e for e in examples.find_named(svg, r"area-\w+")}
    interactive = {t["meta"]: t for t in plotly_figure(chart)["data"] if "meta" in t}
    assert set(drawn) == set(interactive) == set(chart.frame["area_code"])
    classes: dict[str, list[float]] = {tint: [] for tint in tints}
    for row in chart.frame.to_dict("records"):
        fill = next(drawn[row["area_code"]].iter(f"{examples.SVG}path")).get("fill", "")
        if row["status"] != "reported":
            assert fill.startswith("url(#") and "fillpattern" in interactive[row["area_code"]]
            continue
        classes[fill].append(row["value"])
        assert interactive[row["area_code"]]["fillcolor"].lower() == fill
        assert f"{row['value']:.1f} " in interactive[row["area_code"]]["text"]
    ends = [(min(values), max(values)) for values in classes.values()]
    assert all(lower[1] < upper[0] for lower, upper in pairwise(ends))
    texts = examples.read_texts(svg)
    assert all(f"{low:.1f} to {high:.1f}" in texts for low, high in ends)
    assert max(map(len, classes.values())) - min(map(len, classes.values())) <= 2


def test_holes_and_islands_keep_their_rings():
    chart = examples.choropleth(2)
    lake = box(2.002, 55.002, 2.008, 55.008)
    frame = chart.frame.copy()
    frame["geometry"] = frame["geometry"].astype(object)
    frame.at[0, "geometry"] = MultiPolygon(
        [frame.at[0, "geometry"].difference(lake), box(1.98, 55, 1.99, 55.01)]
    )
    area = examples.find_named(draw_svg(replace(chart, frame=frame)), "area-X02000000")[0]
    assert next(area.iter(f"{examples.SVG}path")).get("d", "").count("z") == 3


def test_hours_hold_the_frames_values():
    chart = examples.heat_map()
    heat = next(t for t in plotly_figure(chart)["data"] if t["type"] == "heatmap")
    known = {(r["day"], r["hour"]): r["value"] for r in chart.frame.to_dict("records")}
    for place, day in enumerate(examples.DAYS):
        for hour in range(24):
            value = known[day, hour]
            assert heat["z"][place][hour] == (None if math.isnan(value) else value)
    svg = draw_svg(chart)
    fills = {
        e.get("id", "").split("-cell-")[1]: next(e.iter(f"{examples.SVG}path")).get("fill")
        for e in examples.find_named(svg, r"cell-\w+-\d+")
        if e.tag != f"{examples.SVG}text" and list(e.iter(f"{examples.SVG}path"))
    }
    assert len(fills) == 166 and fills["Mon-0"] == "#dfe8f1" and fills["Sun-23"] == "#12436d"
    assert "Highest, Sunday 11pm to midnight: 177" in examples.read_texts(svg)
    edges = [share for share, _ in heat["colorscale"]]
    assert edges[0] == 0 and edges[-1] == 1 and edges == sorted(edges)


def test_a_hundred_squares_are_a_hundred():
    svg = draw_svg(examples.hundred_squares())
    squares = [e for e in examples.find_named(svg, r"square-\d+") if e.tag == f"{examples.SVG}g"]
    fills = [next(e.iter(f"{examples.SVG}path")).get("fill") for e in squares]
    assert list(Counter(fills).values()) == [34, 57, 9]
    assert {"34", "57", "9"} <= set(examples.read_texts(svg))


@pytest.mark.parametrize("name", [name for name in examples.EXAMPLES if name not in examples.INTERACTIVE])
def test_other_kinds_stay_pictures(name):
    assert plotly_figure(examples.EXAMPLES[name]()) is None


def test_each_step_begins_where_the_last_one_ended() -> None:
    lay, starts = lay_out_waterfall(prepare_chart(examples.waterfall()))
    ends = [row.value for row in lay.rows]
    assert ends == pytest.approx([30.0, 30.32, 29.47, 29.47])
    assert starts[1:3] == pytest.approx([30.0, 30.32])
