"""A waterfall: from one level to another by steps, each beginning where the last one ended."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import draw_box, draw_footer, draw_line, draw_marks, map_values, open_page
from pipeline.report.charts.rows import BAR, RowsLayout, draw_besides, draw_frame, draw_labels, lay_out_rows
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.wording import MARKS, show_interval, show_number, show_value

STEP_DECIMALS = 2


def lay_out_waterfall(chart: Chart) -> tuple[RowsLayout, list[float]]:
    """The rows with what each ends at as its value, and where each begins."""
    starts: list[float] = []
    ends: list[float] = []
    level = math.nan
    for row in chart.frame.to_dict("records"):
        is_level = row["role"] == "level"
        starts.append(math.nan if is_level else level)
        level = row["value"] if is_level else level + row["value"]
        ends.append(level)
    drawn = pd.DataFrame(
        {
            "label": chart.frame["label"],
            "role": ["focus" if role == "level" else "other" for role in chart.frame["role"]],
            "value": ends,
            "status": chart.frame["status"],
        }
    )
    besides = [_write_beside(chart, row) for row in chart.frame.to_dict("records")]
    return lay_out_rows(replace(chart, reference=None), drawn, 0.0, besides), starts


def draw_waterfall(chart: Chart) -> Figure:
    """Levels as dots, steps as bars that float between them; the axis need not begin at zero."""
    lay, starts = lay_out_waterfall(chart)
    page = open_page(lay.height)
    draw_frame(page, chart, lay, has_base=False)
    draw_labels(page, lay)
    draw_besides(page, lay)
    transform = map_values(page, lay.across, None)
    for number, (row, start) in enumerate(zip(lay.rows, starts, strict=True)):
        if math.isnan(row.value):
            continue
        if number + 1 < len(lay.rows):
            # The line that hands a level on to the next row.
            below = lay.rows[number + 1].middle
            draw_line(
                page, (row.value, row.value), (row.middle, below), colour=palette.MID, width=0.8,
                transform=transform, order=2,
            )  # fmt: skip
        if row.role == "focus":
            draw_marks(
                page, [row.value], [row.middle], colour=palette.INK, size=9, has_rim=False, transform=transform,
                gid=f"row-{number}-dot",
            )  # fmt: skip
            continue
        thick = min(row.band * BAR, 15)
        is_rise = row.value >= start
        draw_box(
            page, min(start, row.value), row.middle - thick / 2, abs(row.value - start), thick,
            fill=palette.MID if is_rise else palette.WHITE, edge=palette.MID, line=1.2, transform=transform,
            gid=f"row-{number}-bar", order=3,
        )  # fmt: skip
    draw_footer(page, chart, [row.status for row in lay.rows], lay.note)
    return page.figure


def _write_beside(chart: Chart, row: Mapping[Hashable, Any]) -> tuple[str, str]:
    value = row["value"]
    if math.isnan(value):
        return MARKS[str(row["status"])], ""
    if row["role"] == "level":
        return show_value(value, chart.decimals, chart.value_label), ""
    sign = "+" if round(value, STEP_DECIMALS) > 0 else ""
    return f"{sign}{show_number(value, STEP_DECIMALS)}", show_interval(
        row["lower"], row["upper"], STEP_DECIMALS, ""
    )
