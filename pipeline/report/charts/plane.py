"""Two axes: the grid, ticks and names of a chart that sets one number against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.charts import palette
from pipeline.report.charts.page import WIDTH, Page, draw_line, write
from pipeline.report.charts.scales import Scale, count_decimals
from pipeline.report.charts.typesetting import SMALL, measure
from pipeline.report.charts.wording import show_value


@dataclass(frozen=True)
class Plane:
    """The scales of both axes, their ticks and what they measure."""

    across: Scale
    down: Scale
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    x_label: str
    y_label: str


def lay_out_plane(
    x_ticks: tuple[float, ...], y_ticks: tuple[float, ...], labels: tuple[str, str], top: float, height: float
) -> Plane:
    """The plane below `top`, as wide as its numbers leave room; `labels` are those of the axes."""
    texts = _texts(y_ticks, labels[1])
    left = max(measure(text, SMALL) for text in texts) + 7
    right = measure(_texts(x_ticks, labels[0])[-1], SMALL) / 2 + 2
    across = Scale(x_ticks[0], x_ticks[-1], left, WIDTH - right)
    return Plane(across, Scale(y_ticks[0], y_ticks[-1], top + height, top), x_ticks, y_ticks, *labels)


def draw_plane(page: Page, plane: Plane) -> None:
    """The grid with its numbers, and what each axis measures."""
    left, right, bottom = plane.across.start, plane.across.end, plane.down.start
    write(page, 0, plane.down.end - 16, plane.y_label, size=SMALL, colour=palette.FAINT, gid="axis-label")
    for number, (tick, text) in enumerate(
        zip(plane.y_ticks, _texts(plane.y_ticks, plane.y_label), strict=True)
    ):
        y = plane.down.place(tick)
        colour = palette.MID if number == 0 else palette.GRID
        draw_line(page, (left, right), (y, y), colour=colour, width=0.8, order=1)
        write(
            page, left - 5, y, text, size=SMALL, align="right", colour=palette.FAINT, gid=f"tick-{number}"
        )  # fmt: skip
    for number, (tick, text) in enumerate(
        zip(plane.x_ticks, _texts(plane.x_ticks, plane.x_label), strict=True)
    ):
        x = plane.across.place(tick)
        draw_line(page, (x, x), (bottom, bottom + 4), colour=palette.MID, width=0.8)
        write(
            page, x, bottom + 12, text, size=SMALL, align="center", colour=palette.FAINT, gid=f"time-{number}"
        )  # fmt: skip
    write(page, left, bottom + 26, plane.x_label, size=SMALL, colour=palette.FAINT, gid="other-axis-label")


def _texts(ticks: Sequence[float], label: str) -> list[str]:
    return [show_value(tick, count_decimals(ticks), label) for tick in ticks]
