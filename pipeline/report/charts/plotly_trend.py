"""A trend for Plotly, from the layout of the drawn one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from pipeline.report.charts import palette
from pipeline.report.charts.page import WIDTH
from pipeline.report.charts.plotly_parts import (
    PIXELS,
    Figure,
    annotate,
    hatch_area,
    join_lines,
    lay_out,
    make_axis,
    to_pixels,
    write_hover,
    write_number,
    write_text,
)
from pipeline.report.charts.scales import count_decimals
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.trend import PLOT_HEIGHT, Point, Series, TrendLayout, lay_out_trend
from pipeline.report.charts.typesetting import LINE_HEIGHT, SMALL
from pipeline.report.charts.wording import (
    MARKS,
    show_value,
)


def _day(day: float) -> str:
    return date.fromordinal(int(day)).isoformat()


def trend_figure(chart: Chart) -> Figure:
    lay = lay_out_trend(chart)
    margin = {
        "l": to_pixels(lay.across.start),
        "r": to_pixels(WIDTH - lay.across.end),
        "t": to_pixels(lay.top),
        "b": 34.0,
    }
    statuses = [point.status for one in lay.series for run in one.hidden for point in run]
    layout = lay_out(chart, to_pixels(PLOT_HEIGHT), margin, statuses, lay.note)
    decimals = count_decimals(lay.value_ticks)
    layout["xaxis"] = make_axis(
        _day(lay.across.low),
        _day(lay.across.high),
        [_day(day) for day, _ in lay.time_ticks],
        [write_text(text) for _, text in lay.time_ticks],
        type="date",
        showgrid=False,
    )
    layout["yaxis"] = make_axis(
        lay.value_ticks[0],
        lay.value_ticks[-1],
        lay.value_ticks,
        [show_value(tick, decimals, chart.value_label) for tick in lay.value_ticks],
    )
    layout["shapes"] = _trend_shapes(chart, lay)
    layout["annotations"] += _trend_annotations(chart, lay, margin["l"])

    base, ceiling = lay.value_ticks[0], lay.value_ticks[-1]
    data = [
        hatch_area([_day(a), _day(b), _day(b), _day(a), _day(a)], [base, base, ceiling, ceiling, base])
        for a, b in lay.shared_gaps
    ]
    for one in reversed(lay.series):
        data += _series_bands(one)
    for one in reversed(lay.series):
        data += _series_lines(chart, one)
    data += [_gap_marks(chart, one, lay, lane) for lane, one in enumerate(lay.lanes)]
    return {"data": data, "layout": layout}


def _trend_shapes(chart: Chart, lay: TrendLayout) -> list[Figure]:
    band = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below"}
    rule = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    shapes = [band | {"x0": _day(a), "x1": _day(b), "fillcolor": palette.SHADE} for a, b in lay.shades]
    for rule_day in lay.rules:
        line = {"color": palette.MID, "width": 1, "dash": "dot"}
        shapes.append(rule | {"x0": _day(rule_day), "x1": _day(rule_day), "line": line})
    for note, level in zip(lay.notes, lay.note_tops, strict=True):
        day = _day(lay.across.low + (note.leader - lay.across.start) * _days_a_point(lay))
        foot = level + len(note.lines) * SMALL * LINE_HEIGHT / 2 + 1
        ends = {"x0": day, "x1": day, "y0": 1, "y1": round(1 + (lay.top - foot) / PLOT_HEIGHT, 4)}
        shapes.append(rule | ends | {"line": {"color": palette.MID, "width": 1}})
    for mark in lay.time_marks:
        ends = {"x0": _day(mark), "x1": _day(mark), "y0": -0.02, "y1": 0}
        shapes.append(rule | ends | {"line": {"color": palette.MID, "width": 1}})
    base = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    # Plotly draws no grid line at the end of an axis.
    shapes.append(base | {"yref": "paper", "y0": 1, "y1": 1, "line": {"color": palette.GRID, "width": 1}})
    shapes.append(
        base
        | {"y0": lay.value_ticks[0], "y1": lay.value_ticks[0], "line": {"color": palette.MID, "width": 1}}
    )
    if chart.reference is not None:
        line = {"color": palette.MID, "width": 1.5, "dash": "dash"}
        shapes.append(base | {"y0": chart.reference, "y1": chart.reference, "line": line})
    return shapes


def _days_a_point(lay: TrendLayout) -> float:
    return (lay.across.high - lay.across.low) / (lay.across.end - lay.across.start)


def _trend_annotations(chart: Chart, lay: TrendLayout, left: float) -> list[Figure]:
    top: Figure = {"y": 1, "yanchor": "middle"}
    found = [
        annotate(
            write_text(chart.value_label),
            x=0,
            xanchor="left",
            xshift=-left,
            yshift=to_pixels(lay.top - 6),
            **top,
        )
    ]
    for note, level in zip(lay.notes, lay.note_tops, strict=True):
        share = (note.anchor - lay.across.start) / (lay.across.end - lay.across.start)
        x: Figure = {"x": round(share, 4), "xanchor": note.align, "align": note.align}
        found.append(annotate(join_lines(note.lines), yshift=to_pixels(lay.top - level), **x, **top))
    for label in lay.end_labels:
        role = label.series.role
        colour = palette.FAINT if role in ("not_known", "comparator", "other") else palette.LINE_COLOURS[role]
        place: Figure = {"x": 1, "xanchor": "left", "xshift": 14, "align": "left"}
        found.append(
            annotate(
                join_lines(label.lines, True),
                size=9.5,
                colour=colour,
                yshift=to_pixels(lay.top - label.place),
                **place,
                **top,
            )
        )
    if chart.reference is not None and chart.reference_label:
        place = {"x": 0, "xanchor": "left", "yref": "y", "y": chart.reference, "yanchor": "bottom"}
        found.append(annotate(write_text(chart.reference_label), **place))
    return found


def _series_bands(one: Series) -> list[Figure]:
    bands = []
    colour = palette.LINE_COLOURS[one.role]
    for piece in one.pieces:
        known = [point for point in piece if not math.isnan(point.lower)]
        if len(known) < 2:
            continue  # a single figure has its interval as a bar on its mark
        around = [*known, *reversed(known)]
        bands.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [_day(point.day) for point in around],
                "y": [write_number(p.upper) for p in known]
                + [write_number(p.lower) for p in reversed(known)],
                "fill": "toself",
                "fillcolor": _fade(colour),
                "line": {"width": 0, "color": colour},
                "hoverinfo": "skip",
            }
        )
    return bands


def _fade(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"


def _series_lines(chart: Chart, one: Series) -> list[Figure]:
    xs: list[str] = []
    ys: list[float | None] = []
    hovers: list[str] = []
    errors: list[tuple[float, float]] = []
    for piece in one.pieces:
        if xs:
            # An empty point between two pieces parts them.
            xs, ys, hovers, errors = [*xs, xs[-1]], [*ys, None], [*hovers, ""], [*errors, (0.0, 0.0)]
        for point in piece:
            xs.append(_day(point.day))
            ys.append(write_number(point.value))
            name = f"{one.label}, {point.period}"
            hovers.append(write_hover(chart, name, (point.value, point.lower, point.upper), point.status))
            is_alone = len(piece) == 1 and not math.isnan(point.lower)
            errors.append((point.upper - point.value, point.value - point.lower) if is_alone else (0.0, 0.0))
    colour = palette.LINE_COLOURS[one.role]
    dashes = {"not_known": "dot", "comparator": "dash"}
    symbols = {"non_domestic": "square", "comparator": "diamond"}
    is_hollow = one.role in ("other", "not_known", *palette.HOLLOW)
    lonely = [len(piece) == 1 for piece in one.pieces for _ in (*piece, None)][: len(xs)]
    few = len(one.points) <= 12
    sizes = [8 if few or alone or n == len(xs) - 1 else 0 for n, alone in enumerate(lonely)]
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": write_text(one.label),
        "x": xs,
        "y": ys,
        "line": {
            "color": colour,
            "width": round(palette.ROLE_WIDTHS[one.role] * PIXELS, 1),
            "dash": dashes.get(one.role, "solid"),
        },
        "marker": {
            "size": sizes,
            "symbol": symbols.get(one.role, "circle"),
            "opacity": 1,
            "color": palette.WHITE if is_hollow else colour,
            "line": {"width": 2 if is_hollow else 0, "color": colour},
        },
        "connectgaps": False,
        "hoverinfo": "text",
        "hovertext": hovers,
    }
    if any(up or down for up, down in errors):
        ups, downs = [round(up, 6) for up, _ in errors], [round(down, 6) for _, down in errors]
        line["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": ups,
            "arrayminus": downs,
            "color": colour,
            "width": 0,
            "thickness": 1.8,
        }
    if one.role not in palette.HOLLOW:
        return [line]
    core = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": palette.WHITE, "width": 1.4},
        "connectgaps": False,
        "hoverinfo": "skip",
    }
    # The hollow line's core lies under its markers, over its line.
    bare = line | {"mode": "lines", "hoverinfo": "skip"}
    for key in ("marker", "hovertext", "error_y", "name"):
        bare.pop(key, None)
    return [bare, core, line | {"mode": "markers"}]


def _gap_marks(chart: Chart, one: Series, lay: TrendLayout, lane: int) -> Figure:
    sharing = [s for s in lay.series if [_run_key(r) for r in s.hidden] == [_run_key(r) for r in one.hidden]]
    names = ", ".join(series.label for series in sharing)
    colour = palette.TEXT if len(sharing) > 1 else palette.LINE_COLOURS[one.role]
    low, high = lay.value_ticks[0], lay.value_ticks[-1]
    height = round(low + (high - low) * (0.03 + 0.055 * lane), 6)
    hovers = []
    for run in one.hidden:
        period = run[0].period if len(run) == 1 else f"{run[0].period} to {run[-1].period}"
        hovers.append(write_hover(chart, f"{names}: {period}", (math.nan, math.nan, math.nan), run[0].status))
    return {
        "type": "scatter",
        "mode": "text",
        "hoverinfo": "text",
        "hovertext": hovers,
        "x": [_day((run[0].day + run[-1].day) / 2) for run in one.hidden],
        "y": [height] * len(one.hidden),
        "text": [f"<b>{MARKS[run[0].status]}</b>" for run in one.hidden],
        "textfont": {"color": colour, "size": 13},
    }


def _run_key(run: Sequence[Point]) -> tuple[float, float, str]:
    return run[0].day, run[-1].day, run[0].status
