"""Charts of squares: hours of the week, and a hundred offences."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
    draw_box,
    draw_footer,
    draw_hidden,
    needs_footer,
    open_page,
    write,
    write_lines,
)
from pipeline.report.charts.scales import choose_classes, find_class
from pipeline.report.charts.spec import DAYS, Chart
from pipeline.report.charts.typesetting import LINE_HEIGHT, SMALL, measure, wrap
from pipeline.report.charts.wording import MARKS, is_percentage, show_number, show_value

DAY_NAMES = {
    "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """An hour of the week: its value, class (None where not shown) and status."""

    day: str
    hour: int
    value: float
    status: str
    place: int | None


@dataclass(frozen=True)
class HeatLayout:
    """The cells, the classes' ranges and tints, and the highest cell."""

    cells: tuple[Cell, ...]
    classes: tuple[tuple[float, float], ...]
    tints: tuple[str, ...]
    highest: Cell


def name_hour(hour: int) -> str:
    """An hour as people say it."""
    names = {0: "midnight", 12: "noon"}
    return names.get(hour % 24, f"{hour % 12}{'am' if hour % 24 < 12 else 'pm'}")


def name_range(lowest: float, highest: float, chart: Chart) -> str:
    """A class by the lowest and highest value in it."""
    if lowest == highest:
        return show_value(lowest, chart.decimals, chart.value_label)
    return (
        f"{show_number(lowest, chart.decimals)} to {show_value(highest, chart.decimals, chart.value_label)}"
    )


def lay_out_heat(chart: Chart) -> HeatLayout:
    """The 168 hours of a week; an hour without a row is not available."""
    frame = chart.frame
    unknown = sorted(set(frame["day"]) - set(DAYS))
    if unknown or not frame["hour"].between(0, 23).all():
        raise ValueError(f"heat_map chart {chart.title!r}: expected days {', '.join(DAYS)} and hours 0 to 23")
    rounded = frame.assign(value=frame["value"].round(chart.decimals))
    known = {(str(row["day"]), int(row["hour"])): row for row in rounded.to_dict("records")}
    classes = choose_classes(rounded["value"])
    cells = []
    for day in DAYS:
        for hour in range(24):
            row = known.get((day, hour))
            value = float(row["value"]) if row else math.nan
            place = None if math.isnan(value) else find_class(value, classes)
            cells.append(Cell(day, hour, value, str(row["status"]) if row else "not_available", place))
    highest = max((c for c in cells if c.place is not None), key=lambda c: c.value)
    return HeatLayout(tuple(cells), classes, palette.pick_tints(len(classes)), highest)


def draw_heat_map(chart: Chart) -> Figure:
    """Hours of the week in five tints, the highest marked."""
    lay = lay_out_heat(chart)
    left, top = 62.0, 50.0
    across, down = (WIDTH - left) / 24, 23.0
    statuses = [cell.status for cell in lay.cells]
    height = top + 7 * down + 18 + (FOOTER if needs_footer(chart, statuses) else 0)
    page = open_page(height)
    _draw_key(page, chart, lay, left)
    peak = lay.highest
    for cell in lay.cells:
        x, y = left + cell.hour * across, top + DAYS.index(cell.day) * down
        gid = f"cell-{cell.day}-{cell.hour}"
        if cell.place is None:
            draw_hidden(page, x + 0.5, y + 0.5, across - 1, down - 1)
            mark = MARKS[cell.status]
            width = measure(mark, SMALL, True) + 1
            draw_box(
                page, x + across / 2 - width / 2, y + down / 2 - 5, width, 10, fill=palette.WHITE, order=3
            )
            write(page, x + across / 2, y + down / 2, mark, size=SMALL, is_bold=True, align="center", gid=gid)
        else:
            draw_box(page, x + 0.5, y + 0.5, across - 1, down - 1, fill=lay.tints[cell.place], gid=gid)
    if len(lay.classes) > 1:
        x, y = left + peak.hour * across, top + DAYS.index(peak.day) * down
        draw_box(page, x, y, across, down, edge=palette.ORANGE, line=2, order=6, gid="mark-highest")
    for number, day in enumerate(DAYS):
        write(page, 0, top + (number + 0.5) * down, DAY_NAMES[day], gid=f"day-{day}")
    for hour in range(0, 24, 3):
        write(page, left + hour * across, top + 7 * down + 9, name_hour(hour), colour=palette.FAINT)
    draw_footer(page, chart, statuses)
    return page.figure


def _draw_key(page: Page, chart: Chart, lay: HeatLayout, left: float) -> None:
    label = wrap(chart.value_label, WIDTH - left - 170, SMALL, limit=1)[0]
    write(page, left, 6, label, size=SMALL, colour=palette.FAINT, gid="axis-label")
    texts = [name_range(low, high, chart) for low, high in lay.classes]
    width = max(max(measure(text, SMALL) for text in texts) + 10, 58.0)
    for number, (text, tint) in enumerate(zip(texts, lay.tints, strict=True)):
        draw_box(page, left + number * width + 0.5, 14, width - 1, 9, fill=tint)
        write(page, left + number * width, 32, text, size=SMALL, colour=palette.FAINT, gid=f"class-{number}")
    if len(lay.classes) > 1:
        text = f"{name_peak(lay.highest)}: {show_value(lay.highest.value, chart.decimals, chart.value_label)}"
        size = measure(text, SMALL, True)
        draw_box(page, WIDTH - size - 14, 2, 9, 9, edge=palette.ORANGE, line=2)
        write(page, WIDTH, 6.5, text, size=SMALL, is_bold=True, align="right", gid="highest")


def name_peak(cell: Cell) -> str:
    """The hour of a cell in words."""
    return f"Highest, {DAY_NAMES[cell.day]} {name_hour(cell.hour)} to {name_hour(cell.hour + 1)}"


def draw_hundred_squares(chart: Chart) -> Figure:
    """A hundred squares, filled row by row in the frame's order, with the numbers beside them."""
    frame = chart.frame
    counts = [round(value) for value in frame["value"]] if frame["value"].notna().all() else []
    if (
        any(abs(value - round(value)) > 1e-9 for value in frame["value"])
        or sum(counts) != 100
        or min(counts) < 0
    ):
        raise ValueError(f"hundred_squares chart {chart.title!r}: expected whole numbers that sum to 100")
    side, gap, large, left = 23.0, 2.6, 11.5, 256.0
    shown = [number for number, count in enumerate(counts) if count]
    labels = [wrap(label, WIDTH - left - 22, large) for label in frame["label"]]
    heights = [42 + len(labels[number]) * large * LINE_HEIGHT for number in shown]
    heading = () if is_percentage(chart.value_label) else wrap(chart.value_label, WIDTH - left, large)
    head = len(heading) * large * LINE_HEIGHT + 10 if heading else 0.0
    body = max(10 * side, head + sum(heights) - 12)
    page = open_page(body + 6 + (FOOTER if needs_footer(chart, ()) else 0))
    top = 2 + (body - 10 * side) / 2
    owners = [number for number, count in enumerate(counts) for _ in range(count)]
    roles = list(frame["role"])
    for square, owner in enumerate(owners):
        corner = ((square % 10) * side, top + (square // 10) * side)
        _draw_square(page, corner, side - gap, roles[owner], f"square-{square}")
    y = 2 + (body - head - sum(heights) + 12) / 2 + head
    write_lines(page, left, y - head / 2 - 5, heading, size=large, colour=palette.FAINT, gid="axis-label")
    for number, block in zip(shown, heights, strict=True):
        _draw_square(page, (left, y + 8), 13, roles[number], f"key-{number}")
        colour = (
            palette.FAINT
            if roles[number] in ("not_known", "other", "comparator")
            else palette.ROLE_COLOURS[roles[number]]
        )
        write(
            page,
            left + 22,
            y + 14.5,
            str(counts[number]),
            size=28,
            is_bold=True,
            colour=colour,
            gid=f"count-{number}",
        )
        lines = labels[number]
        write_lines(
            page,
            left + 22,
            y + 32 + len(lines) * large * LINE_HEIGHT / 2,
            lines,
            size=large,
            gid=f"count-{number}-label",
        )
        y += block
    draw_footer(page, chart, ())
    return page.figure


def _draw_square(page: Page, corner: tuple[float, float], side: float, role: str, gid: str) -> None:
    (x, y), colour = corner, palette.ROLE_COLOURS[role]
    if role in palette.HOLLOW:
        # As dark as plum: hollow, so that greyscale tells them apart.
        line = 1.6
        draw_box(
            page,
            x + line / 2,
            y + line / 2,
            side - line,
            side - line,
            fill="#E6ECF3",
            edge=colour,
            line=line,
            gid=gid,
        )
    else:
        line = 0.8 if role == "not_known" else 0.0
        draw_box(
            page, x + line / 2, y + line / 2, side - line, side - line, fill=colour,
            edge=palette.MID if line else "none", line=line, gid=gid,
        )  # fmt: skip
