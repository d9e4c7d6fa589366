"""Small multiples: the same series of every place, each in a panel of its own and all on one scale."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
    draw_area,
    draw_footer,
    draw_hidden,
    draw_line,
    draw_marks,
    map_values,
    needs_footer,
    open_page,
    write,
    write_lines,
)
from pipeline.report.charts.scales import Scale, choose_ticks, count_decimals
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.trend import NOT_FROM_ZERO
from pipeline.report.charts.typesetting import BODY, SMALL, Align, measure, wrap
from pipeline.report.charts.wording import MARKS, is_percentage, show_value

COLUMNS = 3
PANEL = 84.0
HEAD = 30.0
FOOT = 18.0
GAP = 14.0
HALF_YEAR = 182


@dataclass(frozen=True)
class Panel:
    """One place's own small plane: its number among the panels and its two scales."""

    number: int
    across: Scale
    down: Scale


@dataclass(frozen=True)
class Run:
    """Periods next to one another that are drawn as one line."""

    days: list[float]
    values: list[float]
    lower: list[float]
    upper: list[float]


def draw_multiples(chart: Chart) -> Figure:
    """Three panels a row, the area's own series pale behind each place's."""
    frame = chart.frame.sort_values("period", kind="stable")
    places = list(dict.fromkeys(chart.frame.loc[chart.frame["role"] == "focus", "series"]))
    behind = frame[frame["role"] == "comparator"]
    cuts = [item.start.toordinal() for item in chart.breaks if item.end is None]
    numbers = [n for column in ("value", "lower", "upper") for n in frame[column].dropna()]
    ticks = choose_ticks(numbers, 3, 100.0 if is_percentage(chart.value_label) else None)
    texts = [show_value(tick, count_decimals(ticks), chart.value_label) for tick in ticks]
    left = max(measure(text, SMALL) for text in texts) + 6
    width = (WIDTH - left - GAP * (COLUMNS - 1)) / COLUMNS
    lines = -(-len(places) // COLUMNS)
    note = NOT_FROM_ZERO if ticks[0] > 0 else ""
    statuses = tuple(frame["status"])
    page = open_page(
        16 + lines * (HEAD + PANEL + FOOT) + (FOOTER if needs_footer(chart, statuses, note) else 0)
    )
    write(page, 0, 6, chart.value_label, size=SMALL, colour=palette.FAINT, gid="axis-label")
    periods = sorted(frame["period"].unique())
    days = [pd.Timestamp(period).toordinal() for period in periods]
    pad = max((days[-1] - days[0]) * 0.05, 1.0)
    for number, place in enumerate(places):
        line, column = divmod(number, COLUMNS)
        start, top = left + column * (width + GAP), 16 + line * (HEAD + PANEL + FOOT) + HEAD
        across = Scale(days[0] - pad, days[-1] + pad, start, start + width)
        panel = Panel(number, across, Scale(ticks[0], ticks[-1], top + PANEL, top))
        numbered = texts if column == 0 else []
        _draw_grid(page, panel, ticks, numbered, f"tick{line}")
        _draw_ends(page, panel, [_name(pd.Timestamp(period)) for period in (periods[0], periods[-1])])
        for run in _runs(behind.to_dict("records"), cuts):
            _draw_behind(page, panel, run)
        rows = frame[(frame["series"] == place) & (frame["role"] == "focus")].to_dict("records")
        _draw_place(page, panel, rows, cuts)
        _draw_head(page, panel, place, _write_last(chart, rows))
    draw_footer(page, chart, statuses, note)
    return page.figure


def _draw_grid(page: Page, panel: Panel, ticks: Sequence[float], texts: Sequence[str], name: str) -> None:
    left, right = panel.across.start, panel.across.end
    for position, tick in enumerate(ticks):
        y = panel.down.place(tick)
        colour = palette.MID if position == 0 else palette.GRID
        draw_line(page, (left, right), (y, y), colour=colour, width=0.8, order=1)
        if texts:
            write(
                page, left - 4, y, texts[position], size=SMALL, align="right", colour=palette.FAINT,
                gid=f"{name}-{position}",
            )  # fmt: skip


def _draw_ends(page: Page, panel: Panel, labels: Sequence[str]) -> None:
    y = panel.down.start + 9
    aligns: tuple[Align, ...] = ("left", "right")
    for x, label, align in zip((panel.across.start, panel.across.end), labels, aligns, strict=True):
        gid = f"end-{panel.number}-{align}"
        write(page, x, y, label, size=SMALL, align=align, colour=palette.FAINT, gid=gid)


def _draw_behind(page: Page, panel: Panel, run: Run) -> None:
    values = map_values(page, panel.across, panel.down)
    if len(run.days) > 1:
        draw_line(
            page,
            run.days,
            run.values,
            colour=palette.MID,
            width=1.0,
            dashes=(3, 2),
            transform=values,
            order=2,
        )
    else:
        draw_marks(
            page,
            run.days,
            run.values,
            colour=palette.MID,
            shape="_",
            size=6,
            has_rim=False,
            transform=values,
            order=2,
        )


def _draw_place(
    page: Page, panel: Panel, rows: Sequence[Mapping[Hashable, Any]], cuts: Sequence[int]
) -> None:
    values = map_values(page, panel.across, panel.down)
    for piece, run in enumerate(_runs(rows, cuts)):
        gid = f"{panel.number}-{piece}"
        if len(run.days) > 1:
            corners = [
                *zip(run.days, run.lower, strict=True),
                *zip(run.days[::-1], run.upper[::-1], strict=True),
            ]
            if not any(math.isnan(edge) for _, edge in corners):
                draw_area(page, corners, fill=palette.INK, opacity=0.16, transform=values)
            draw_line(
                page, run.days, run.values, colour=palette.INK, width=1.8, transform=values, gid=f"line-{gid}"
            )
        elif not math.isnan(run.lower[0]):
            limits = (run.lower[0], run.upper[0])
            draw_line(page, run.days * 2, limits, colour=palette.INK, width=1.2, transform=values)
        draw_marks(
            page, run.days, run.values, colour=palette.INK, size=4, transform=values, gid=f"dots-{gid}"
        )
    for row in rows:
        if math.isnan(row["value"]):
            x = panel.across.place(pd.Timestamp(row["period"]).toordinal())
            draw_hidden(page, x - 7, panel.down.end, 14, PANEL, order=1.2)
            mark = MARKS[str(row["status"])]
            write(page, x, panel.down.start - 8, mark, size=SMALL, is_bold=True, align="center", order=6)


def _draw_head(page: Page, panel: Panel, place: str, value: str) -> None:
    y, width = panel.down.end - 14, panel.across.end - panel.across.start
    name = wrap(place, width - measure(value, BODY, True) - 6, BODY, limit=2)
    write_lines(page, panel.across.start, y, name, gid=f"panel-{panel.number}-label")
    write(page, panel.across.end, y, value, is_bold=True, align="right", gid=f"panel-{panel.number}-value")


def _write_last(chart: Chart, rows: Sequence[Mapping[Hashable, Any]]) -> str:
    last = rows[-1]
    if math.isnan(last["value"]):
        return MARKS[str(last["status"])]
    return show_value(last["value"], chart.decimals, chart.value_label)


def _runs(rows: Sequence[Mapping[Hashable, Any]], cuts: Sequence[int]) -> list[Run]:
    """The runs of rows that have a value, parted where a rule changed."""

    def stretch(row: Mapping[Hashable, Any]) -> tuple[bool, int]:
        middle = pd.Timestamp(row["period"]).toordinal() + HALF_YEAR
        return not math.isnan(row["value"]), sum(cut <= middle for cut in cuts)

    found = []
    for (is_shown, _), members in groupby(rows, key=stretch):
        some = list(members)
        if is_shown:
            days = [float(pd.Timestamp(row["period"]).toordinal()) for row in some]
            found.append(
                Run(days, *([float(row[name]) for row in some] for name in ("value", "lower", "upper")))
            )
    return found


def _name(start: pd.Timestamp) -> str:
    return str(start.year) if start.month == 1 else f"{start.year}/{(start.year + 1) % 100:02d}"
