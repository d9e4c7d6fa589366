"""Areas shaded by value: one set of simplified outlines for the drawn and the interactive map."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pipeline.report.charts import palette
from pipeline.report.charts.grids import name_range
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
    add,
    draw_box,
    draw_footer,
    draw_hidden,
    needs_footer,
    open_page,
    write,
    write_lines,
)
from pipeline.report.charts.scales import choose_classes, find_class
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import LINE_HEIGHT, SMALL, measure, wrap
from pipeline.report.charts.wording import MARKS, STATE_NAMES, clean, show_value

KEY_WIDTH = 122.0
MAP_HEIGHT = 290.0
# What 250 KB of SVG hold.
MOST_CORNERS = 13000
FEW_AREAS = 12

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Shape:
    """An area on the page: rings in tenths of a point, a place inside it, and what is shown of it."""

    code: str
    label: str
    rings: tuple[Ring, ...]
    inside: tuple[float, float]
    size: tuple[float, float]
    value: float
    status: str
    place: int | None


@dataclass(frozen=True)
class Outline:
    """A line drawn over the areas, and the name written on it."""

    label: str
    rings: tuple[Ring, ...]
    inside: tuple[float, float]


@dataclass(frozen=True)
class MapLayout:
    """The shapes, the outlines over them, the classes' ranges and tints, and the size of the map."""

    shapes: tuple[Shape, ...]
    outlines: tuple[Outline, ...]
    classes: tuple[tuple[float, float], ...]
    tints: tuple[str, ...]
    width: float
    height: float
    unplaced: int


def _fit_to_page(geometries: Sequence[Any], room: float) -> tuple[Any, float, float]:
    """The transform from coordinates to points, y downwards, and the size of the result."""
    west, south, east, north = (
        float(bound) for bound in shapely.total_bounds(np.array(geometries, dtype=object))
    )
    is_degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    # Degrees of longitude are shorter than those of latitude: equal lengths at the middle of the map.
    squeeze = math.cos(math.radians((south + north) / 2)) if is_degrees else 1.0
    factor = min(room / ((east - west) * squeeze or 1), MAP_HEIGHT / ((north - south) or 1))

    def to_points(corners: Any) -> Any:
        return np.column_stack([(corners[:, 0] - west) * squeeze * factor, (north - corners[:, 1]) * factor])

    return to_points, (east - west) * squeeze * factor, (north - south) * factor


def _simplify(geometries: Any) -> Any:
    """Neighbours simplified together, so that they still meet, until they fit the file's size."""
    tolerance = 0.25
    simple = shapely.coverage_simplify(geometries, tolerance)
    while shapely.get_num_coordinates(simple).sum() > MOST_CORNERS and tolerance < 4:
        tolerance *= 1.5
        simple = shapely.coverage_simplify(geometries, tolerance)
    return simple


def _trace(geometry: Any) -> tuple[Ring, ...]:
    rings: list[Ring] = []
    for polygon in shapely.get_parts(shapely.orient_polygons(geometry)):
        if shapely.get_type_id(polygon) != shapely.GeometryType.POLYGON:
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            corners = [(round(float(x), 1), round(float(y), 1)) for x, y in shapely.get_coordinates(ring)]
            kept = [corner for n, corner in enumerate(corners) if n == 0 or corner != corners[n - 1]]
            if len(kept) > 3:
                rings.append(tuple(kept))
    return tuple(rings)


def _find_inside(geometry: Any) -> tuple[float, float]:
    point = shapely.maximum_inscribed_circle(geometry, tolerance=1.0)
    x, y = shapely.get_coordinates(point)[0]
    return round(float(x), 1), round(float(y), 1)


def lay_out_map(chart: Chart) -> MapLayout:
    """The layout of a prepared map."""
    frame = chart.frame
    has_shape = frame["geometry"].notna() & ~shapely.is_empty(frame["geometry"].to_numpy(dtype=object))
    placed = frame[has_shape]
    if placed.empty:
        raise ValueError(f"choropleth chart {chart.title!r}: column geometry is empty")
    originals = placed["geometry"].to_numpy(dtype=object)
    to_points, width, height = _fit_to_page(originals, WIDTH - KEY_WIDTH - 14)
    simple = _simplify(shapely.transform(originals, to_points))
    rounded = placed["value"].round(chart.decimals)
    classes = choose_classes(frame["value"].round(chart.decimals))
    shapes = tuple(
        Shape(
            code=str(code), label=label, rings=_trace(geometry), inside=_find_inside(geometry),
            size=_measure_box(geometry), value=float(value), status=status,
            place=None if math.isnan(value) else find_class(float(value), classes),
        )
        for code, label, geometry, value, status in zip(
            placed["area_code"], placed["label"], simple, rounded, placed["status"], strict=True
        )
    )  # fmt: skip
    outlines: tuple[Outline, ...] = ()
    if chart.outline is not None and len(chart.outline):
        lines = shapely.coverage_simplify(
            shapely.transform(chart.outline.geometry.to_numpy(dtype=object), to_points), 0.4
        )
        labels = [clean(t) for t in chart.outline["label"]] if "label" in chart.outline else [""] * len(lines)
        outlines = tuple(
            Outline(label, _trace(line), _find_inside(line))
            for label, line in zip(labels, lines, strict=True)
        )
    return MapLayout(
        shapes,
        outlines,
        classes,
        palette.pick_tints(max(len(classes), 1)),
        width,
        height,
        int((~has_shape).sum()),
    )


def _measure_box(geometry: Any) -> tuple[float, float]:
    left, top, right, bottom = shapely.bounds(geometry)
    return float(right - left), float(bottom - top)


def draw_choropleth(chart: Chart) -> Figure:
    """The drawn map, its key at the right."""
    lay = lay_out_map(chart)
    note = f"{lay.unplaced} areas have no boundary here." if lay.unplaced else ""
    key_height = _measure_key(chart, lay)
    body = max(lay.height, key_height) + 4
    page = open_page(body + (FOOTER if needs_footer(chart, (), note) else 2))
    x0, y0 = (WIDTH - KEY_WIDTH - 14 - lay.width) / 2, 2 + (body - 4 - lay.height) / 2
    # The lightest areas are lost on the page unless something dark goes around them.
    rim = palette.WHITE if lay.outlines else palette.MID
    for shape in lay.shapes:
        gid = "area-" + re.sub(r"[^A-Za-z0-9_]", "_", shape.code)
        if shape.place is None:
            _draw_rings(
                page, shape.rings, (x0, y0), fill=palette.WHITE, edge=palette.HATCH, line=0.5, gid=gid,
                hatch=palette.HIDDEN, order=1,
            )  # fmt: skip
        else:
            tint = lay.tints[shape.place]
            _draw_rings(page, shape.rings, (x0, y0), fill=tint, edge=rim, line=0.4, gid=gid, order=1.1)
    for number, line in enumerate(lay.outlines):
        gid = f"outline-{number}"
        _draw_rings(page, line.rings, (x0, y0), fill="none", edge=palette.INK, line=1.1, gid=gid, order=3)
    _draw_names(page, chart, lay, x0, y0)
    _draw_key(page, chart, lay, (body - key_height) / 2)
    draw_footer(page, chart, (), note)
    return page.figure


def _draw_rings(
    page: Page,
    rings: Sequence[Ring],
    corner: tuple[float, float],
    *,
    fill: str,
    edge: str,
    line: float,
    gid: str,
    hatch: str | None = None,
    order: float,
) -> None:
    if not rings:
        return
    corners = np.concatenate([np.array(ring) for ring in rings]) + np.round(corner, 1)
    codes = [
        code for ring in rings for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)
    ]
    patch = PathPatch(
        Path(corners, codes), facecolor=fill, edgecolor=edge, linewidth=line, joinstyle="round", zorder=order
    )
    if hatch:
        patch.set_hatch(hatch)
    add(page, patch, gid=gid)


def wrap_name(shape: Shape) -> tuple[str, ...]:
    """The name of an area in lines that stay within it where they can."""
    return wrap(shape.label, min(max(shape.size[0] - 6, 48), 90), SMALL, True)


def _draw_names(page: Page, chart: Chart, lay: MapLayout, x0: float, y0: float) -> None:
    """Marks of what is not shown, names of a few areas or of the outlines; none that would collide."""
    taken: list[tuple[float, float, float, float]] = []

    def place(x: float, y: float, lines: Sequence[str], gid: str, is_bold: bool = False) -> None:
        width = max(measure(line, SMALL, is_bold) for line in lines)
        height = len(lines) * SMALL * LINE_HEIGHT
        x = min(max(x + x0, width / 2), WIDTH - KEY_WIDTH - width / 2)
        for shift in (0.0, -height, height, -2 * height, 2 * height):
            box = (x - width / 2, y + y0 + shift - height / 2, x + width / 2, y + y0 + shift + height / 2)
            if all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken):
                taken.append(box)
                middle, name = y + y0 + shift, f"halo-{gid}"
                write_lines(page, x, middle, lines, size=SMALL, is_bold=is_bold, align="center", gid=name)
                return

    if not lay.outlines and len(lay.shapes) <= FEW_AREAS:
        for number, shape in enumerate(lay.shapes):
            text = (
                MARKS[shape.status]
                if shape.place is None
                else show_value(shape.value, chart.decimals, chart.value_label)
            )
            place(*shape.inside, (*wrap_name(shape), text), f"name-{number}", True)
        return
    for number, outline in enumerate(lay.outlines):
        if outline.label:
            place(*outline.inside, wrap(outline.label, 80, SMALL, True), f"name-{number}", True)
    for number, shape in enumerate(lay.shapes):
        # In a small area the hatching alone says it; the key explains both.
        if shape.place is None and min(shape.size) >= 11:
            place(*shape.inside, (MARKS[shape.status],), f"state-{number}")


def _measure_key(chart: Chart, lay: MapLayout) -> float:
    lines = len(wrap(chart.value_label, KEY_WIDTH, SMALL, limit=4))
    states = {shape.status for shape in lay.shapes if shape.place is None}
    rows = sum(len(_state_lines(status)) * SMALL * LINE_HEIGHT + 5 for status in states)
    return lines * SMALL * LINE_HEIGHT + 6 + len(lay.classes) * 16 + (6 + rows if states else 0)


def _state_lines(status: str) -> tuple[str, ...]:
    return wrap(f"{MARKS[status]} {STATE_NAMES[status]}", KEY_WIDTH - 24, SMALL)


def _draw_key(page: Page, chart: Chart, lay: MapLayout, top: float) -> None:
    x = WIDTH - KEY_WIDTH
    lines = wrap(chart.value_label, KEY_WIDTH, SMALL, limit=4)
    block = len(lines) * SMALL * LINE_HEIGHT
    write_lines(page, x, top + block / 2, lines, size=SMALL, colour=palette.FAINT, gid="axis-label")
    y = top + block + 6
    # The highest class stands on top, as on an axis.
    for number in reversed(range(len(lay.classes))):
        draw_box(page, x, y + 1.5, 18, 13, fill=lay.tints[number])
        write(page, x + 24, y + 8, name_range(*lay.classes[number], chart), size=SMALL, gid=f"class-{number}")
        y += 16
    y += 6
    for status in MARKS:
        if any(shape.status == status for shape in lay.shapes):
            lines = _state_lines(status)
            height = len(lines) * SMALL * LINE_HEIGHT
            draw_hidden(page, x, y + height / 2 - 6, 18, 12)
            write_lines(page, x + 24, y + height / 2, lines, size=SMALL, gid=f"key-{status}")
            y += height + 5
