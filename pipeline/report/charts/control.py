"""A control chart: months against what was expected of them and the limits of chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    Page,
    draw_area,
    draw_box,
    draw_line,
    draw_marks,
    map_values,
    open_page,
)
from pipeline.report.charts.spec import LIMITS, Chart
from pipeline.report.charts.trend import (
    PLOT_HEIGHT,
    TrendLayout,
    draw_trend_ends,
    draw_trend_frame,
    lay_out_trend,
)


@dataclass(frozen=True)
class Month:
    """One month: where it stands, its figure and limits, and whether a rule of the chart picked it out."""

    day: float
    value: float
    centre: float
    lower: float
    upper: float
    is_signal: bool
    is_left_out: bool

    @property
    def is_judged(self) -> bool:
        return not math.isnan(self.centre)


def lay_out_control(chart: Chart) -> tuple[TrendLayout, list[Month]]:
    """The layout of the months as a trend whose scale holds the limits, and the months in order."""
    frame = chart.frame.sort_values("period").assign(role="total")
    wide = frame.assign(lower=frame["lower_limit"], upper=frame["upper_limit"])
    lay = lay_out_trend(replace(chart, frame=wide))
    rows = {pd.Timestamp(row["period"]): row for row in frame.to_dict("records")}
    months = [
        _month(point.day, rows[start])
        for point, start in zip(lay.series[0].points, sorted(rows), strict=True)
    ]
    return lay, months


def draw_control(chart: Chart) -> Figure:
    """Dots joined within a stretch, limits as a band, what a rule picked out in orange and a shape of its own."""
    lay, months = lay_out_control(chart)
    page = open_page(lay.height)
    for start, end in _left_out(months, lay.half_step):
        x = lay.across.place(max(start, lay.across.low))
        width = lay.across.place(min(end, lay.across.high)) - x
        draw_box(page, x, lay.top, width, PLOT_HEIGHT, fill=palette.SHADE, order=0.4)
    draw_trend_frame(page, chart, lay)
    values = map_values(page, lay.across, lay.down)
    for number, stretch in enumerate(_stretches(months, lay.rules)):
        _draw_limits(page, stretch, lay, number)
    for number, piece in enumerate(lay.series[0].pieces):
        days, figures = [point.day for point in piece], [point.value for point in piece]
        draw_line(page, days, figures, colour=palette.MID, width=1.0, transform=values, gid=f"line-{number}")
    for name, some, colour, shape, size in (
        ("months", [m for m in months if m.is_judged and not m.is_signal], palette.INK, "o", 5.0),
        ("signals", [m for m in months if m.is_signal], palette.ORANGE, "D", 7.5),
    ):
        if some:
            draw_marks(
                page, [m.day for m in some], [m.value for m in some], colour=colour, shape=shape, size=size,
                transform=values, gid=name,
            )  # fmt: skip
    unjudged = [m for m in months if not m.is_judged and not math.isnan(m.value)]
    if unjudged:
        draw_marks(
            page, [m.day for m in unjudged], [m.value for m in unjudged], colour=palette.MID, size=4.5,
            is_hollow=True, transform=values, gid="not-judged",
        )  # fmt: skip
    draw_trend_ends(page, chart, lay)
    return page.figure


def _month(day: float, row: Mapping[Any, Any]) -> Month:
    is_shown = not math.isnan(row["value"])
    centre, lower, upper = (float(row[name]) if is_shown else math.nan for name in LIMITS)
    return Month(
        day,
        float(row["value"]),
        centre,
        lower,
        upper,
        bool(row["is_signal"]) and is_shown,
        bool(row["is_left_out"]),
    )


def _stretches(months: list[Month], rules: tuple[float, ...]) -> list[list[Month]]:
    """Runs of months that have limits, parted where recording changed."""
    return [
        list(run)
        for (is_judged, _), run in groupby(
            months, key=lambda month: (month.is_judged, sum(rule <= month.day for rule in rules))
        )
        if is_judged
    ]


def _left_out(months: list[Month], half: float) -> list[tuple[float, float]]:
    """Where runs of months begin and end that the limits are reckoned without."""
    runs = [(is_out, list(run)) for is_out, run in groupby(months, key=lambda month: month.is_left_out)]
    return [(run[0].day - half, run[-1].day + half) for is_out, run in runs if is_out]


def _draw_limits(page: Page, stretch: list[Month], lay: TrendLayout, number: int) -> None:
    values = map_values(page, lay.across, lay.down)
    # Each month's limits reach over its whole width, so that one month alone has a band as well.
    days = [day for month in stretch for day in (month.day - lay.half_step, month.day + lay.half_step)]
    lower, centre, upper = (
        [getattr(month, name) for month in stretch for _ in range(2)] for name in ("lower", "centre", "upper")
    )
    corners = [*zip(days, lower, strict=True), *zip(days[::-1], upper[::-1], strict=True)]
    draw_area(page, corners, fill=palette.NAVY, opacity=0.12, transform=values, gid=f"limits-{number}")
    draw_line(
        page, days, centre, colour=palette.NAVY, width=1.0, dashes=(3, 2), transform=values, order=2,
        gid=f"centre-{number}",
    )  # fmt: skip
