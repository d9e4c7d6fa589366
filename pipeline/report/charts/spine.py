"""A spine: each measure on a scale of its own, the place among its districts and beside what it is compared with."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    draw_box,
    draw_footer,
    draw_hidden,
    draw_line,
    draw_marks,
    needs_footer,
    open_page,
    write,
    write_lines,
)
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import BODY, LINE_HEIGHT, SMALL, measure, wrap
from pipeline.report.charts.wording import MARKS

HEAD = 22.0
LABEL = 150.0


def draw_spine(chart: Chart) -> Figure:
    """One measure a row: a grey bar over the districts, the dot of the place, and the line it is set beside."""
    rows = chart.frame.to_dict("records")
    lines = [wrap(row["label"], LABEL, BODY, limit=3) for row in rows]
    bands = [max(22.0, len(some) * BODY * LINE_HEIGHT + 6) for some in lines]
    statuses = tuple(chart.frame["status"])
    bottom = HEAD + sum(bands)
    page = open_page(bottom + 6 + (FOOTER if needs_footer(chart, statuses) else 0))
    besides = [row["text"] if not math.isnan(row["value"]) else MARKS[str(row["status"])] for row in rows]
    others = [row["other_text"] for row in rows]
    value_room = max(measure(text, BODY, True) for text in besides) + 12
    other_room = (
        max(max((measure(text, SMALL) for text in others), default=0.0), measure(OTHER, SMALL, True)) + 10
    )
    left, right = LABEL + 10, WIDTH - value_room - other_room
    middle = (left + right) / 2
    write(page, WIDTH - other_room, 8, HERE, size=SMALL, is_bold=True, align="right", gid="here")
    write(page, WIDTH, 8, OTHER, size=SMALL, is_bold=True, align="right", gid="other")
    draw_line(
        page, (middle, middle), (HEAD - 4, bottom), colour=palette.NAVY, width=1.4, order=2.5, gid="centre"
    )
    y = HEAD
    for number, (row, some, band) in enumerate(zip(rows, lines, bands, strict=True)):
        centre = y + band / 2
        write_lines(page, 0, centre, some, gid=f"row-{number}-label")
        write(
            page, WIDTH - other_room, centre, besides[number], is_bold=True, align="right", gid=f"row-{number}-value"
        )  # fmt: skip
        if others[number]:
            write(
                page, WIDTH, centre, others[number], size=SMALL, colour=palette.FAINT, align="right",
                gid=f"row-{number}-other",
            )  # fmt: skip
        if math.isnan(row["value"]):
            draw_hidden(page, left, centre - 5, right - left, 10)
        else:
            reach = max(abs(row[name] - row["middle"]) for name in ("value", "lowest", "highest")) or 1.0
            place = lambda amount: middle + (amount - row["middle"]) / reach * (right - left) / 2  # noqa: B023, E731
            start, end = place(row["lowest"]), place(row["highest"])
            draw_box(
                page, start, centre - 5, end - start, 10, fill=palette.GRID, gid=f"row-{number}-districts"
            )
            dot = [place(row["value"])]
            draw_marks(page, dot, [centre], colour=palette.INK, size=8.5, gid=f"row-{number}-dot")
        y += band
    draw_footer(page, chart, statuses)
    return page.figure


HERE = "Here"
OTHER = "Beside"
