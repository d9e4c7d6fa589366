"""What all Plotly figures share: plain dictionaries, ready for JSON, without Plotly and its template."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

from pipeline.report.charts import palette
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import BODY, FAMILIES, SMALL, wrap
from pipeline.report.charts.wording import (
    MARKS,
    SEPARATOR,
    STATE_NAMES,
    explain_absence,
    is_percentage,
    show_interval,
    show_value,
    state_key,
)

Figure = dict[str, Any]

# Pixels a point: 9.5 points become 14 pixels, the column 723.
PIXELS = 1.5
PADDING = 10
FOOT = 30
HOVER_WIDTH = 260.0


def write_text(text: str) -> str:
    """Text for Plotly, which reads tags and entities: as it is written, never as markup."""
    return html.escape(text, quote=False)


def embolden(text: str) -> str:
    return f"<b>{write_text(text)}</b>"


def join_lines(lines: Sequence[str], is_bold: bool = False) -> str:
    text = "<br>".join(write_text(line) for line in lines)
    return f"<b>{text}</b>" if is_bold else text


def write_number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


def to_pixels(points: float) -> float:
    return round(points * PIXELS, 1)


def write_hover(chart: Chart, name: str, numbers: tuple[float, float, float], status: str) -> str:
    """What a reader sees over a mark: the words of the frame, and nothing that is not in it."""
    value, lower, upper = numbers
    heading = join_lines(wrap(name, HOVER_WIDTH, BODY, True), True)
    if math.isnan(value):
        return f"{heading}<br>{MARKS[status]} {STATE_NAMES[status]}"
    text = show_value(value, chart.decimals, chart.value_label)
    lines = [
        heading,
        text if is_percentage(chart.value_label) else write_text(f"{text} {chart.value_label}"),
    ]
    interval = show_interval(lower, upper, chart.decimals, chart.value_label)
    if interval:
        lines.append(f"95% interval {interval}")
    return "<br>".join([*lines, "reported"])


def annotate(text: str, *, size: float = SMALL, colour: str = palette.FAINT, **place: Any) -> Figure:
    font = {"size": round(size * PIXELS, 1), "color": colour}
    compact = {key: round(part, 4) if isinstance(part, float) else part for key, part in place.items()}
    return {"text": text, "showarrow": False, "font": font, "xref": "paper", "yref": "paper", **compact}


def lay_out(
    chart: Chart, height: float, margin: dict[str, float], statuses: Sequence[str], note: str
) -> Figure:
    """What all figures share: type, hover, margins, the states' key and the marking."""
    key = SEPARATOR.join(part for part in (state_key(statuses), note) if part)
    margin = margin | {"b": margin["b"] + (FOOT if key or chart.marking else 0)}
    foot: Figure = {"y": 0, "yanchor": "bottom", "yshift": -margin["b"] + 4}
    annotations = []
    if key:
        annotations.append(annotate(key, x=0, xanchor="left", xshift=-margin["l"], **foot))
    if chart.marking:
        border: Figure = {"bordercolor": palette.FAINT, "borderwidth": 1, "borderpad": 2}
        place: Figure = {"x": 1, "xanchor": "right", "xshift": margin["r"] - 5}
        annotations.append(annotate(f"<b>{chart.marking}</b>", **place, **foot, **border))
    return {
        "autosize": True,
        "height": round(height + margin["t"] + margin["b"]),
        "margin": {**margin, "pad": 0},
        "font": {"family": FAMILIES, "size": 14, "color": palette.TEXT},
        "paper_bgcolor": palette.WHITE,
        "plot_bgcolor": palette.WHITE,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": palette.WHITE,
            "bordercolor": palette.MID,
            "align": "left",
            "font": {"family": FAMILIES, "size": 14, "color": palette.TEXT},
        },
        "annotations": annotations,
        "shapes": [],
    }


def make_axis(
    low: float | str, high: float | str, ticks: Sequence[Any], texts: Sequence[str], **more: Any
) -> Figure:
    return {
        "range": [low, high],
        "tickvals": list(ticks),
        "ticktext": list(texts),
        "fixedrange": True,
        "ticks": "",
        "showline": False,
        "zeroline": False,
        "gridcolor": palette.GRID,
        "automargin": False,
        "tickfont": {"color": palette.FAINT},
        **more,
    }


def explain(chart: Chart, statuses: Sequence[str]) -> Figure:
    layout = lay_out(chart, 110, dict.fromkeys("ltrb", PADDING), (), "")
    layout["xaxis"] = layout["yaxis"] = {"visible": False, "fixedrange": True}
    text = f"<b>{write_text(explain_absence(statuses))}</b>"
    layout["annotations"].append(annotate(text, size=11, colour=palette.TEXT, x=0.5, y=0.5))
    return {"data": [], "layout": layout}


def hatch_area(xs: Sequence[Any], ys: Sequence[Any], hover: str | None = None) -> Figure:
    """Hatching, as it is drawn; a scatter's fill has patterns where shapes have none."""
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": list(xs),
        "y": list(ys),
        "fill": "toself",
        "line": {"width": 0, "color": palette.HATCH},
        "fillcolor": palette.WHITE,
        "fillpattern": {
            "shape": "/",
            "fgcolor": palette.HATCH,
            "bgcolor": palette.WHITE,
            "size": 6,
            "solidity": 0.2,
        },
    }
    return trace | (
        {"hoverinfo": "skip"} if hover is None else {"hoveron": "fills", "hoverinfo": "text", "text": hover}
    )
