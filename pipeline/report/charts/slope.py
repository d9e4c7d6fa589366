"""Slopes: where each of several stands in one order and in another, one line each."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
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
from pipeline.report.charts.typesetting import BODY, SMALL, Align, measure, wrap
from pipeline.report.charts.wording import MARKS, show_value

HEAD = 40.0
SIDE = 150.0
NUMBER = 22.0


def draw_slope(chart: Chart) -> Figure:
    """One column a stage, its members from the first at the top; what has no place stands below them."""
    frame = chart.frame
    stages = list(dict.fromkeys(frame["stage"]))
    orders = {stage: _order(chart, stage) for stage in stages}
    members = max(len(order) for order in orders.values())
    pitch = min(max(230.0 / members, 12.5), 27.0)
    is_footed = needs_footer(chart, tuple(frame["status"]))
    page = open_page(HEAD + members * pitch + 4 + (FOOTER if is_footed else 0))
    sides = [_side(chart, stage) for stage in (stages[0], stages[-1])]
    left, right = sides[0] + NUMBER, WIDTH - sides[1] - NUMBER
    columns = {
        stage: left + (right - left) * number / max(len(stages) - 1, 1) for number, stage in enumerate(stages)
    }
    middles = {
        (stage, name): HEAD + (place + 0.5) * pitch
        for stage, order in orders.items()
        for place, name in enumerate(order)
    }
    rows = {(row["stage"], row["series"]): row for row in frame.to_dict("records")}
    for number, name in enumerate(dict.fromkeys(frame["series"])):
        role = str(rows[stages[0], name]["role"]) if (stages[0], name) in rows else "other"
        for position, (one, other) in enumerate(pairwise(stages)):
            ends = rows.get((one, name)), rows.get((other, name))
            if all(end is not None and not math.isnan(end["value"]) for end in ends):
                draw_line(
                    page,
                    (columns[one], columns[other]),
                    (middles[one, name], middles[other, name]),
                    colour=palette.INK if role == "focus" else palette.MID,
                    width=2.2 if role == "focus" else 1.0,
                    order=3 if role == "focus" else 2,
                    gid=f"line-{number}-{position}",
                )
    for number, stage in enumerate(stages):
        _head(page, stage, columns[stage], number, list(columns.values()), sides)
    for number, ((stage, name), row) in enumerate(rows.items()):
        x, y = columns[stage], middles[stage, name]
        is_bold = row["role"] == "focus"
        if math.isnan(row["value"]):
            draw_hidden(page, x - 9, y - 5, 18, 10, order=3)
            write(page, x, y, MARKS[str(row["status"])], size=SMALL, is_bold=True, align="center", order=6)
        else:
            colour = palette.INK if is_bold else palette.FAINT
            draw_marks(page, [x], [y], colour=colour, size=13, gid=f"dot-{number}")
            place = f"{row['value']:.0f}"
            write(page, x, y, place, size=SMALL, colour=palette.WHITE, is_bold=True, align="center", order=6)
        if stage in (stages[0], stages[-1]):
            _label(page, chart, row, x, y, stage == stages[0], number)
    draw_footer(page, chart, list(frame["status"]))
    return page.figure


def _order(chart: Chart, stage: str) -> list[str]:
    """The members of a stage from the first place to the last, those without one at the end."""
    rows = chart.frame[chart.frame["stage"] == stage]
    return list(rows.sort_values(["value", "series"], na_position="last", kind="stable")["series"])


def _side(chart: Chart, stage: str) -> float:
    """How much room the names and values of an outer stage take, SIDE at most."""
    rows = chart.frame[chart.frame["stage"] == stage].to_dict("records")
    return min(max(sum(_measure_label(chart, row)) for row in rows), SIDE)


def _measure_label(chart: Chart, row: Mapping[Hashable, Any]) -> tuple[float, float]:
    """The widths of the name and of the value with the gap before it."""
    value = _value(chart, row)
    name = measure(str(row["series"]), BODY, row["role"] == "focus")
    return name, measure(value, BODY, True) + 5 if value else 0.0


def _value(chart: Chart, row: Mapping[Hashable, Any]) -> str:
    amount = row["amount"]
    return "" if math.isnan(amount) else show_value(amount, chart.decimals, chart.value_label)


def _head(
    page: Page, stage: str, x: float, number: int, places: Sequence[float], sides: Sequence[float]
) -> None:
    align: Align = "right" if number == 0 else "left" if number == len(places) - 1 else "center"
    gap = places[1] - places[0] if len(places) > 1 else WIDTH
    room = gap / 2 - 8 if align == "center" else sides[min(number, 1)] + NUMBER
    lines = wrap(stage, room, BODY, True, limit=2)
    nudge = 8 if align == "right" else -8 if align == "left" else 0
    write_lines(page, x + nudge, 16, lines, is_bold=True, align=align, gid=f"stage-{number}")


def _label(
    page: Page, chart: Chart, row: Mapping[Hashable, Any], x: float, y: float, is_left: bool, number: int
) -> None:
    is_bold = row["role"] == "focus"
    value, (_, step) = _value(chart, row), _measure_label(chart, row)
    name = wrap(str(row["series"]), SIDE - step, BODY, is_bold, limit=1)
    edge = x - 14 if is_left else x + 14
    align: Align = "right" if is_left else "left"
    if value:
        write(page, edge, y, value, is_bold=True, align=align, gid=f"row-{number}-value")
    inner = edge - step if is_left else edge + step
    write_lines(page, inner, y, name, is_bold=is_bold, align=align, gid=f"row-{number}-label")
