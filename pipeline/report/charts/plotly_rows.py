"""Charts of rows for Plotly, from the layout of the drawn ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.report.charts import palette
from pipeline.report.charts.page import WIDTH
from pipeline.report.charts.plotly_parts import (
    Figure,
    annotate,
    embolden,
    hatch_area,
    join_lines,
    lay_out,
    make_axis,
    to_pixels,
    write_hover,
    write_number,
    write_text,
)
from pipeline.report.charts.rows import Row, RowsLayout, lay_out_ranked, lay_out_shares, list_benchmarks
from pipeline.report.charts.scales import count_decimals
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import SMALL, measure
from pipeline.report.charts.wording import (
    show_value,
)


def _rows_layout(chart: Chart, lay: RowsLayout) -> Figure:
    margin = {
        "l": to_pixels(lay.across.start),
        "r": to_pixels(WIDTH - lay.across.end),
        "t": to_pixels(lay.top),
        "b": 52.0,
    }
    layout = lay_out(
        chart, to_pixels(lay.bottom - lay.top), margin, [row.status for row in lay.rows], lay.note
    )
    decimals = count_decimals(lay.ticks)
    layout["xaxis"] = make_axis(
        lay.across.low,
        lay.across.high,
        lay.ticks,
        [show_value(tick, decimals, chart.value_label) for tick in lay.ticks],
    )
    layout["yaxis"] = make_axis(
        round(lay.bottom, 1),
        round(lay.top, 1),
        [round(row.middle, 1) for row in lay.rows],
        [""] * len(lay.rows),
        showgrid=False,
    )
    layout["annotations"].append(
        annotate(write_text(chart.value_label), x=0, xanchor="left", y=0, yanchor="top", yshift=-28)
    )
    widest = max((measure(row.beside_interval, SMALL) for row in lay.rows), default=0.0)
    for row in lay.rows:
        place: Figure = {"yref": "y", "y": round(row.middle, 1), "yanchor": "middle"}
        left: Figure = {"x": 0, "xanchor": "left", "xshift": -margin["l"], "align": "left"}
        is_bold = row.role == "focus"
        label = annotate(join_lines(row.lines, is_bold), size=9.5, colour=palette.TEXT, **left, **place)
        right: Figure = {"x": 1, "xanchor": "right", "xshift": margin["r"] - 2}
        column = right | {"xshift": margin["r"] - 2 - (to_pixels(widest) + 10 if widest else 0)}
        text = embolden(row.beside)
        layout["annotations"] += [label, annotate(text, size=9.5, colour=palette.TEXT, **column, **place)]
        if row.beside_interval:
            layout["annotations"].append(annotate(write_text(row.beside_interval), **right, **place))
    if lay.across.low == 0:
        base = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
        layout["shapes"].append(base | {"line": {"color": palette.MID, "width": 1}})
    if chart.reference is not None:
        line = {"color": palette.INK, "width": 1.5, "dash": "dash"}
        mark = {
            "type": "line",
            "x0": chart.reference,
            "x1": chart.reference,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
        }
        layout["shapes"].append(mark | {"line": line, "layer": "below"})
        value = show_value(chart.reference, chart.decimals, chart.value_label)
        text = write_text(f"{chart.reference_label} {value}".strip())
        top: Figure = {"xref": "x", "x": chart.reference, "y": 1, "yanchor": "bottom", "yshift": 2}
        layout["annotations"].append(annotate(text, colour=palette.TEXT, **top))
    return layout


def _row_dots(chart: Chart, rows: Sequence[Row], colour: str, symbol: str, is_hollow: bool) -> Figure:
    ups = [None if math.isnan(row.upper) else round(row.upper - row.value, 6) for row in rows]
    downs = [None if math.isnan(row.lower) else round(row.value - row.lower, 6) for row in rows]
    trace: Figure = {
        "type": "scatter",
        "mode": "markers",
        "x": [write_number(row.value) for row in rows],
        "y": [round(row.middle, 1) for row in rows],
        "hoverinfo": "text",
        "hovertext": [
            write_hover(chart, row.label, (row.value, row.lower, row.upper), row.status) for row in rows
        ],
        "marker": {
            "size": 10 if symbol == "diamond" else 12,
            "symbol": symbol,
            "opacity": 1,
            "color": palette.WHITE if is_hollow else colour,
            "line": {"color": colour, "width": 2 if is_hollow else 0},
        },
    }
    if any(up is not None for up in ups):
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": ups,
            "arrayminus": downs,
            "color": colour,
            "width": 0,
            "thickness": 2.4,
        }
    return trace


def _hidden_rows(chart: Chart, lay: RowsLayout) -> list[Figure]:
    found = []
    for row in lay.rows:
        if row.status != "reported":
            low, high = lay.across.low, lay.across.high
            top, bottom = round(row.middle - row.band * 0.28, 1), round(row.middle + row.band * 0.28, 1)
            hover = write_hover(chart, row.label, (math.nan, math.nan, math.nan), row.status)
            found.append(hatch_area([low, high, high, low, low], [top, top, bottom, bottom, top], hover))
    return found


def _bounds_of(rows: Sequence[Row]) -> list[Figure]:
    """Thin lines to what records that do not say leave open."""
    bounded = [row for row in rows if not math.isnan(row.lowest)]
    if not bounded:
        return []
    line: Figure = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [number for row in bounded for number in (row.lowest, row.highest, None)],
        "y": [place for row in bounded for place in (round(row.middle, 1), round(row.middle, 1), None)],
        "hoverinfo": "skip",
        "line": {"color": palette.MID, "width": 1},
        "marker": {"symbol": "line-ns", "size": 6, "line": {"width": 1, "color": palette.MID}},
    }
    return [line]


def ranked_figure(chart: Chart) -> Figure:
    lay = lay_out_ranked(chart)
    data = [*_hidden_rows(chart, lay), *_bounds_of(lay.rows)]
    for role, symbol in (("other", "circle"), ("comparator", "diamond"), ("focus", "circle")):
        rows = [row for row in lay.rows if row.role == role and row.status == "reported"]
        if rows:
            data.append(_row_dots(chart, rows, palette.ROLE_COLOURS[role], symbol, role == "other"))
    return {"data": data, "layout": _rows_layout(chart, lay)}


def share_figure(chart: Chart) -> Figure:
    lay = lay_out_shares(chart)
    layout = _rows_layout(chart, lay)
    data = _hidden_rows(chart, lay)
    marked = [row for row in lay.rows if not math.isnan(row.extra)]
    if marked:
        hovers = [
            f"{embolden(row.label)}<br>{write_text(row.extra_label or 'Benchmark')}: "
            f"{show_value(row.extra, chart.decimals, chart.value_label)}"
            for row in marked
        ]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [write_number(row.extra) for row in marked],
                "y": [round(row.middle, 1) for row in marked],
                "hoverinfo": "text",
                "hovertext": hovers,
                "marker": {
                    "symbol": "line-ns",
                    "size": 11,
                    "opacity": 1,
                    "line": {"width": 3, "color": palette.INK},
                },
            }
        )
        names = ", ".join(list_benchmarks(lay.rows))
        text = f'<span style="color:{palette.PLUM}">●</span> This area    <b>|</b> {write_text(names)}'
        top: Figure = {
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "middle",
            "yshift": to_pixels(lay.top - 7),
        }
        layout["annotations"].append(annotate(text, colour=palette.TEXT, **top))
    data += _bounds_of(lay.rows)
    rows = [row for row in lay.rows if row.status == "reported"]
    data.append(_row_dots(chart, rows, palette.PLUM, "circle", False))
    return {"data": data, "layout": layout}
