"""A pyramid: two sides back to back, one band of ages a row, the oldest at the top."""

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
    needs_footer,
    open_page,
    write,
    write_lines,
)
from pipeline.report.charts.scales import choose_ticks, count_decimals
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.typesetting import BODY, SMALL, Align, measure, wrap
from pipeline.report.charts.wording import MARKS, show_value

HEAD = 26.0


def draw_pyramid(chart: Chart) -> Figure:
    """Both sides on one scale, each bar with its number; the first role stands to the left."""
    frame = chart.frame
    bands = list(dict.fromkeys(frame["label"]))[::-1]
    roles = list(dict.fromkeys(frame["role"]))
    rows = {(row["label"], row["role"]): row for row in frame.to_dict("records")}
    statuses = tuple(frame["status"])
    pitch = min(max(230.0 / len(bands), 15.0), 24.0)
    bottom = HEAD + pitch * len(bands)
    page = open_page(bottom + 32 + (FOOTER if needs_footer(chart, statuses) else 0))
    ticks = choose_ticks([0.0, *frame["value"].dropna()], 3)
    middle_room = max(measure(band, BODY) for band in bands) / 2 + 8
    texts = [show_value(value, chart.decimals, chart.value_label) for value in frame["value"].dropna()]
    side_room = max((measure(text, SMALL) for text in texts), default=0.0) + 8
    reach = WIDTH / 2 - middle_room - side_room
    decimals = count_decimals(ticks)
    for side, role in zip((-1, 1), roles, strict=False):
        base = WIDTH / 2 + side * middle_room
        for number, tick in enumerate(ticks):
            x = base + side * reach * tick / ticks[-1]
            draw_line(
                page, (x, x), (HEAD, bottom), colour=palette.GRID if tick else palette.MID, width=0.8, order=1
            )
            text = show_value(tick, decimals, chart.value_label)
            name = "tick" if side < 0 else "time"
            write(
                page,
                x,
                bottom + 9,
                text,
                size=SMALL,
                align="center",
                colour=palette.FAINT,
                gid=f"{name}-{number}",
            )
        title = wrap(str(frame.loc[frame["role"] == role, "side"].iloc[0]), reach, BODY, True, limit=1)
        align: Align = "right" if side < 0 else "left"
        write_lines(page, base, 9, title, is_bold=True, align=align, gid=f"side-{role.replace('_', '-')}")
        for place, band in enumerate(bands):
            row, y = rows.get((band, role)), HEAD + (place + 0.5) * pitch
            if row is None:
                continue
            thick = pitch * 0.66
            if math.isnan(row["value"]):
                draw_hidden(page, base if side > 0 else base - reach / 3, y - thick / 2, reach / 3, thick)
                end, text = base + side * reach / 3, MARKS[str(row["status"])]
            else:
                length = reach * row["value"] / ticks[-1]
                is_hollow = role in palette.HOLLOW
                draw_box(
                    page, base if side > 0 else base - length, y - thick / 2, length, thick,
                    fill=palette.WHITE if is_hollow else palette.ROLE_COLOURS[role],
                    edge=palette.ROLE_COLOURS[role], line=1.4 if is_hollow else 0.0, gid=f"bar-{place}-{side}",
                )  # fmt: skip
                end, text = base + side * length, show_value(row["value"], chart.decimals, chart.value_label)
            write(
                page, end + side * 4, y, text, size=SMALL, align=align, gid=f"halo-row-{place}-{side}-value"
            )
    for place, band in enumerate(bands):
        write(page, WIDTH / 2, HEAD + (place + 0.5) * pitch, band, align="center", gid=f"row-{place}-label")
    label = wrap(chart.value_label, WIDTH, SMALL, limit=1)
    write_lines(
        page,
        WIDTH / 2,
        bottom + 23,
        label,
        size=SMALL,
        colour=palette.FAINT,
        align="center",
        gid="axis-label",
    )
    draw_footer(page, chart, statuses)
    return page.figure
