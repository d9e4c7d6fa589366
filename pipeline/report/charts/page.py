"""The sheet a chart is drawn on: points from the top left, no axes, every artist placed by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from pipeline.report.charts import palette
from pipeline.report.charts.scales import Scale
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import (
    BODY,
    HALF_HEIGHT,
    LINE_HEIGHT,
    SMALL,
    Align,
    find_font,
    measure,
    wrap,
)
from pipeline.report.charts.wording import SEPARATOR, explain_absence, state_key

WIDTH = 482.0  # 170 mm
FOOTER = 17.0


@dataclass(frozen=True)
class Page:
    """A figure and the transform from points, counted from its top left."""

    figure: Figure
    height: float
    points: Transform


def open_page(height: float) -> Page:
    """An empty page as wide as the column."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    figure.patch.set_visible(False)
    return Page(figure, height, Affine2D().scale(1, -1).translate(0, height))


def map_values(page: Page, across: Scale | None, down: Scale | None) -> Transform:
    """The transform from values to the page; an axis without a scale stays in points."""

    def affine(scale: Scale | None) -> tuple[float, float]:
        if scale is None:
            return 1.0, 0.0
        factor = (scale.end - scale.start) / (scale.high - scale.low)
        return factor, scale.start - factor * scale.low

    (across_factor, across_shift), (down_factor, down_shift) = affine(across), affine(down)
    matrix = np.array([[across_factor, 0, across_shift], [0, down_factor, down_shift], [0, 0, 1]])
    return Affine2D(matrix) + page.points


def add(page: Page, artist: Artist, transform: Transform | None = None, gid: str | None = None) -> None:
    """Place an artist on the page."""
    artist.set_transform(transform or page.points)
    if gid:
        artist.set_gid(gid)
    page.figure.add_artist(artist)


def write(
    page: Page,
    x: float,
    y: float,
    text: str,
    *,
    size: float = BODY,
    colour: str = palette.TEXT,
    is_bold: bool = False,
    align: Align = "left",
    gid: str | None = None,
    order: float = 5,
) -> None:
    """Put one line of text with the middle of its figures at y; nothing in it is interpreted."""
    artist = Text(
        x,
        y + HALF_HEIGHT * size,
        text,
        fontproperties=find_font(is_bold),
        fontsize=size,
        color=colour,
        horizontalalignment=align,
        verticalalignment="baseline",
        parse_math=False,
        zorder=order,
    )
    add(page, artist, gid=gid)


def write_lines(
    page: Page,
    x: float,
    y: float,
    lines: Sequence[str],
    *,
    size: float = BODY,
    colour: str = palette.TEXT,
    is_bold: bool = False,
    align: Align = "left",
    gid: str | None = None,
) -> None:
    """Put several lines of text, centred on y."""
    pitch = size * LINE_HEIGHT
    for number, line in enumerate(lines):
        place = y + (number - (len(lines) - 1) / 2) * pitch
        name = gid if gid is None or number == 0 else f"{gid}-{number}"
        write(page, x, place, line, size=size, colour=colour, is_bold=is_bold, align=align, gid=name)


def draw_line(
    page: Page,
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    colour: str,
    width: float,
    dashes: Sequence[float] = (),
    transform: Transform | None = None,
    gid: str | None = None,
    order: float = 3,
) -> None:
    """Draw a line through points."""
    line = Line2D(
        xs, ys, color=colour, linewidth=width, zorder=order, solid_capstyle="butt", solid_joinstyle="round"
    )
    if dashes:
        line.set_linestyle((0, tuple(part for part in dashes)))
        line.set_dash_capstyle("butt")
    add(page, line, transform, gid)


def draw_marks(
    page: Page,
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    colour: str,
    shape: str = "o",
    size: float = 6.5,
    is_hollow: bool = False,
    has_rim: bool = True,
    transform: Transform | None = None,
    gid: str | None = None,
    order: float = 4,
) -> None:
    """Draw markers; a white rim keeps them apart from a line they lie on."""
    marks = Line2D(
        xs,
        ys,
        linestyle="none",
        marker=shape,
        markersize=size,
        markerfacecolor=palette.WHITE if is_hollow else colour,
        markeredgecolor=colour if is_hollow or not has_rim else palette.WHITE,
        markeredgewidth=1.4 if is_hollow else 0.8 if has_rim else 0,
        zorder=order,
    )
    add(page, marks, transform, gid)


def draw_box(
    page: Page,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    edge: str = "none",
    line: float = 0.0,
    hatch: str | None = None,
    transform: Transform | None = None,
    gid: str | None = None,
    order: float = 2,
) -> None:
    """Draw a rectangle from its top left."""
    box = Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=line, zorder=order)
    if hatch:
        box.set_hatch(hatch)
    add(page, box, transform, gid)


def draw_hidden(
    page: Page, x: float, y: float, width: float, height: float, *, order: float = 2
) -> None:  # fmt: skip
    """The hatching that says a figure exists here or should, and is not shown."""
    draw_box(
        page,
        x,
        y,
        width,
        height,
        fill=palette.WHITE,
        edge=palette.HATCH,
        line=0.0,
        hatch=palette.HIDDEN,
        order=order,
    )


def draw_area(
    page: Page,
    corners: Sequence[tuple[float, float]],
    *,
    fill: str,
    opacity: float,
    transform: Transform | None = None,
    gid: str | None = None,
    order: float = 1.5,
) -> None:
    """Fill an area, translucent so that what it overlaps stays seen."""
    shape = Polygon(
        np.array(corners), closed=True, facecolor=fill, alpha=opacity, edgecolor="none", zorder=order
    )
    shape.set_linewidth(0)
    add(page, shape, transform, gid)


def draw_footer(page: Page, chart: Chart, statuses: Sequence[str], note: str = "") -> None:
    """The last line: what the marks mean, and the chart's marking."""
    text = SEPARATOR.join(part for part in (state_key(statuses), note) if part)
    y = page.height - 6.5
    if text:
        write(page, 0, y, text, size=SMALL, colour=palette.FAINT, gid="key-states")
    if chart.marking:
        width = measure(chart.marking, SMALL, True)
        draw_box(page, WIDTH - width - 9, y - 6.2, width + 8.4, 12.2, edge=palette.FAINT, line=0.8, order=4)
        write(
            page,
            WIDTH - 5,
            y,
            chart.marking,
            size=SMALL,
            is_bold=True,
            align="right",
            colour=palette.FAINT,
            gid="marking",
        )


def needs_footer(chart: Chart, statuses: Sequence[str], note: str = "") -> bool:
    """Whether the last line says anything."""
    return bool(chart.marking) or bool(note) or bool(state_key(statuses))


def draw_absence(chart: Chart, statuses: Sequence[str]) -> Figure:
    """The page that stands for a chart without a figure: it says why."""
    page = open_page(110)
    draw_hidden(page, 0.5, 0.5, WIDTH - 1, 84)
    lines = wrap(explain_absence(statuses), 300, 11, True)
    width = max(measure(line, 11, True) for line in lines) + 24
    height = len(lines) * 11 * LINE_HEIGHT + 18
    draw_box(page, (WIDTH - width) / 2, 42.5 - height / 2, width, height, fill=palette.WHITE, order=3)
    write_lines(page, WIDTH / 2, 42.5, lines, size=11, is_bold=True, align="center", gid="explanation")
    draw_footer(page, chart, ())
    return page.figure
