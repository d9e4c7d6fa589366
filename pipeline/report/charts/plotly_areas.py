"""The map and the hours of the week for Plotly, from the layouts of the drawn ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.report.charts import palette
from pipeline.report.charts.grids import DAY_NAMES, HeatLayout, lay_out_heat, name_hour, name_peak, name_range
from pipeline.report.charts.maps import FEW_AREAS, KEY_WIDTH, lay_out_map, wrap_name
from pipeline.report.charts.plotly_parts import (
    PADDING,
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
)
from pipeline.report.charts.spec import DAYS, Chart
from pipeline.report.charts.typesetting import SMALL, wrap
from pipeline.report.charts.wording import (
    MARKS,
    STATE_NAMES,
    show_value,
)


def _key_entry(name: Sequence[str], marker: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "name": join_lines(name),
        "hoverinfo": "skip",
        "marker": {"size": 14, **marker},
        "showlegend": True,
    }


def _states_key(statuses: Sequence[str]) -> list[Figure]:
    crossed = {"symbol": "square-x-open", "color": palette.MID, "line": {"width": 1}}
    return [
        _key_entry(wrap(f"{MARKS[status]} {STATE_NAMES[status]}", KEY_WIDTH - 30, SMALL), crossed)
        for status in MARKS
        if status in set(statuses)
    ]


def map_figure(chart: Chart) -> Figure:
    lay = lay_out_map(chart)
    statuses = [shape.status for shape in lay.shapes]
    note = f"{lay.unplaced} areas have no boundary here." if lay.unplaced else ""
    margin = dict.fromkeys("ltb", float(PADDING)) | {"r": to_pixels(KEY_WIDTH + 14)}
    layout = lay_out(chart, to_pixels(max(lay.height, 170)), margin, (), note)
    blank = {"visible": False, "fixedrange": True}
    layout["xaxis"] = blank | {"range": [0, round(lay.width, 1)], "constrain": "domain"}
    layout["yaxis"] = blank | {"range": [round(lay.height, 1), 0], "scaleanchor": "x", "constrain": "domain"}
    heading = join_lines(wrap(chart.value_label, KEY_WIDTH, SMALL, limit=4))
    layout |= {
        "showlegend": True,
        "legend": {
            "title": {"text": heading, "font": {"size": 13.5, "color": palette.FAINT}},
            "itemclick": False,
            "itemdoubleclick": False,
            "xref": "container",
            "x": 1,
            "xanchor": "right",
            "y": 0.5,
            "font": {"size": 13.5},
        },
    }
    rim = palette.WHITE if lay.outlines else palette.MID
    data: list[Figure] = []
    for shape in lay.shapes:
        hover = write_hover(chart, shape.label, (shape.value, math.nan, math.nan), shape.status)
        xs, ys = _string_rings(shape.rings)
        area = hatch_area(xs, ys, hover) | {"showlegend": False, "meta": shape.code}
        if shape.place is None:
            area["line"] = {"width": 0.8, "color": palette.HATCH}
        else:
            area.pop("fillpattern")
            area |= {"fillcolor": lay.tints[shape.place], "line": {"width": 0.6, "color": rim}}
        data.append(area)
    for outline in lay.outlines:
        xs, ys = _string_rings(outline.rings)
        line = {"width": 1.6, "color": palette.INK}
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": xs,
                "y": ys,
                "line": line,
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    marked = [shape for shape in lay.shapes if shape.place is None and min(shape.size) >= 11]
    if marked:
        data.append(_state_marks([s.inside for s in marked], [s.status for s in marked]))
    names = [(o.inside, embolden(o.label)) for o in lay.outlines if o.label]
    if not lay.outlines and len(lay.shapes) <= FEW_AREAS:
        names = [(shape.inside, join_lines(wrap_name(shape), True)) for shape in lay.shapes]
    for (x, y), text in names:
        place = annotate(text, colour=palette.TEXT, xref="x", yref="y", x=x, y=y)
        place["font"]["shadow"] = "0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff"
        layout["annotations"].append({**place, "captureevents": False})
    data += [
        _key_entry([name_range(*lay.classes[n], chart)], {"symbol": "square", "color": lay.tints[n]})
        for n in reversed(range(len(lay.classes)))
    ]
    data += _states_key(statuses)
    return {"data": data, "layout": layout}


def _string_rings(
    rings: Sequence[Sequence[tuple[float, float]]],
) -> tuple[list[float | None], list[float | None]]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [x for x, _ in ring]
        ys += [y for _, y in ring]
    return xs, ys


def heat_figure(chart: Chart) -> Figure:
    lay = lay_out_heat(chart)
    statuses = [cell.status for cell in lay.cells]
    layout = lay_out(chart, 280, {"l": 92.0, "r": float(PADDING), "t": 84.0, "b": 30.0}, statuses, "")
    layout["xaxis"] = make_axis(
        -0.5, 23.5, range(0, 24, 3), [name_hour(h) for h in range(0, 24, 3)], showgrid=False
    )
    layout["yaxis"] = make_axis(6.5, -0.5, range(7), [DAY_NAMES[day] for day in DAYS], showgrid=False)
    rows = [lay.cells[day * 24 : day * 24 + 24] for day in range(7)]

    def hover(day: str, hour: int, value: float, status: str) -> str:
        name = f"{DAY_NAMES[day]} {name_hour(hour)} to {name_hour(hour + 1)}"
        return write_hover(chart, name, (value, math.nan, math.nan), status)

    heat = {
        "type": "heatmap",
        "x": list(range(24)),
        "y": list(range(7)),
        "showscale": False,
        "xgap": 1.5,
        "ygap": 1.5,
        "z": [[write_number(cell.value) for cell in row] for row in rows],
        "hoverinfo": "text",
        "hoverongaps": False,
        "hovertext": [[hover(c.day, c.hour, c.value, c.status) for c in row] for row in rows],
        **_heat_colours(lay),
    }
    hidden = [cell for cell in lay.cells if cell.place is None]
    data: list[Figure] = [heat]
    for cell in hidden:
        x, y = cell.hour, DAYS.index(cell.day)
        left, right, top, bottom = x - 0.46, x + 0.46, y - 0.46, y + 0.46
        corners = ([left, right, right, left, left], [top, top, bottom, bottom, top])
        data.append(hatch_area(*corners, hover(cell.day, cell.hour, math.nan, cell.status)))
    if hidden:
        places = [(float(cell.hour), float(DAYS.index(cell.day))) for cell in hidden]
        data.append(_state_marks(places, [cell.status for cell in hidden]))
    _add_heat_key(chart, lay, layout)
    if len(lay.classes) > 1:
        x, y = lay.highest.hour, DAYS.index(lay.highest.day)
        layout["shapes"].append(
            {
                "type": "rect",
                "x0": x - 0.5,
                "x1": x + 0.5,
                "y0": y - 0.5,
                "y1": y + 0.5,
                "line": {"color": palette.ORANGE, "width": 3},
            }
        )
        value = show_value(lay.highest.value, chart.decimals, chart.value_label)
        text = f'<span style="color:{palette.ORANGE}">□</span> <b>{name_peak(lay.highest)}: {value}</b>'
        place: Figure = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "middle", "yshift": 74}
        layout["annotations"].append(annotate(text, colour=palette.TEXT, **place))
    return {"data": data, "layout": layout}


def _add_heat_key(chart: Chart, lay: HeatLayout, layout: Figure) -> None:
    """The classes as boxes of a fixed height over the plot, each with its range under it."""
    share = 0.14
    above: Figure = {"y": 1, "yanchor": "middle", "xanchor": "left"}
    label = wrap(chart.value_label, 250, SMALL, limit=1)
    layout["annotations"].append(annotate(join_lines(label), x=0, yshift=74, **above))
    for number, (ends, tint) in enumerate(zip(lay.classes, lay.tints, strict=True)):
        left = round(number * share, 3)
        layout["shapes"].append(
            {
                "type": "rect",
                "xref": "paper",
                "x0": left,
                "x1": round(left + share - 0.003, 3),
                "yref": "paper",
                "ysizemode": "pixel",
                "yanchor": 1,
                "y0": 44,
                "y1": 58,
                "fillcolor": tint,
                "line": {"width": 0},
            }
        )
        layout["annotations"].append(annotate(name_range(*ends, chart), x=left, yshift=30, **above))


def _state_marks(places: Sequence[tuple[float, float]], statuses: Sequence[str]) -> Figure:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "text": [f"<b>{MARKS[status]}</b>" for status in statuses],
        "textfont": {"size": 13, "color": palette.TEXT},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _heat_colours(lay: HeatLayout) -> Figure:
    """The classes as steps of Plotly's colour scale, each step half-way between two classes."""
    low, high = lay.classes[0][0], lay.classes[-1][1]
    if low == high:
        return {"zmin": low - 1, "zmax": high + 1, "colorscale": [[0, lay.tints[0]], [1, lay.tints[0]]]}
    edges = [low, *((a[1] + b[0]) / 2 for a, b in zip(lay.classes, lay.classes[1:], strict=False)), high]
    shares = [round((edge - low) / (high - low), 6) for edge in edges]
    steps = [[share, tint] for n, tint in enumerate(lay.tints) for share in (shares[n], shares[n + 1])]
    return {"zmin": low, "zmax": high, "colorscale": steps}
