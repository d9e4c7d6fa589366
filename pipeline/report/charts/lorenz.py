"""A Lorenz curve turned to the busiest places first: which part of the places holds which part of the events."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    draw_footer,
    draw_line,
    map_values,
    needs_footer,
    open_page,
    write,
)
from pipeline.report.charts.plane import draw_plane, lay_out_plane
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import SMALL

TOP = 24.0
HEIGHT = 230.0
TICKS = (0.0, 25.0, 50.0, 75.0, 100.0)
PLACES = "% of neighbourhoods, the busiest first"


def draw_lorenz(chart: Chart) -> Figure:
    """The curve through every place, beside the straight line on which all places would hold the same."""
    frame = chart.frame.sort_values("part", kind="stable")
    plane = lay_out_plane(TICKS, TICKS, (PLACES, f"% of {chart.value_label}"), TOP, HEIGHT)
    statuses = tuple(frame["status"])
    page = open_page(TOP + HEIGHT + 36 + (FOOTER if needs_footer(chart, statuses) else 0))
    draw_plane(page, plane)
    values = map_values(page, plane.across, plane.down)
    draw_line(
        page, (0, 100), (0, 100), colour=palette.MID, width=1.0, dashes=(4, 2), transform=values, gid="even"
    )
    if frame["value"].notna().all():
        parts, held = [0.0, *frame["part"]], [0.0, *frame["value"]]
        draw_line(page, parts, held, colour=palette.INK, width=2.2, transform=values, gid="curve")
        x, y = plane.across.place(50), plane.down.place(50)
        write(
            page, x + 12, y + 18, "if every neighbourhood held the same", size=SMALL, colour=palette.FAINT,
            gid="halo-even-label",
        )  # fmt: skip
        x, y = plane.across.place(float(np.interp(50, held, parts))), plane.down.place(50)
        for ends in (((plane.across.start, x), (y, y)), ((x, x), (y, plane.down.start))):
            draw_line(page, *ends, colour=palette.NAVY, width=1.0, dashes=(2, 2), order=2)
    draw_footer(page, chart, statuses)
    return page.figure
