"""Charts of one row a place or category: dots, shares, bars, definitions. Laid out once for both drawings."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
    draw_box,
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
from pipeline.report.charts.typesetting import BODY, LINE_HEIGHT, SMALL, measure, wrap
from pipeline.report.charts.wording import MARKS, is_percentage, show_interval, show_number, show_value

LABEL_WIDTH = 158.0
BAR = 0.62
# What is no length from zero may begin elsewhere.
FREE = ("ranked_dots", "waterfall")


@dataclass(frozen=True)
class Row:
    """One row: its label in lines, the middle of its band, its numbers and what is written beside it."""

    label: str
    lines: tuple[str, ...]
    middle: float
    band: float
    value: float
    lower: float
    upper: float
    status: str
    role: str
    beside: str
    beside_interval: str
    extra: float  # benchmark, or upper bound
    extra_label: str
    # What records that do not say leave open, where that is told.
    lowest: float
    highest: float


@dataclass(frozen=True)
class RowsLayout:
    """Everything that both drawings of a chart in rows need."""

    rows: tuple[Row, ...]
    across: Scale
    ticks: tuple[float, ...]
    top: float
    bottom: float
    height: float
    note: str


def lay_out_rows(
    chart: Chart,
    frame: pd.DataFrame,
    key_height: float = 0.0,
    besides: Sequence[tuple[str, str]] = (),
) -> RowsLayout:
    """The layout of rows in the frame's order, with what is written beside each where that is no plain value."""
    extra = "benchmark" if "benchmark" in frame else "upper_bound" if "upper_bound" in frame else None
    columns = [
        "value",
        *(c for c in ("lower", "upper", "lowest", "highest") if c in frame),
        *([extra] if extra else []),
    ]
    numbers = [n for column in columns for n in frame[column].dropna()]
    if chart.reference is not None:
        numbers.append(chart.reference)
    if chart.kind not in FREE:
        numbers.append(0.0)
    ticks = choose_ticks(numbers, 5, 100.0 if is_percentage(chart.value_label) else None)

    besides = besides or [_write_beside(chart, row) for row in frame.to_dict("records")]
    beside = max(
        (measure(a, BODY, True) + (measure(b, SMALL) + 5 if b else 0) for a, b in besides), default=0.0
    )
    bold = [bool(row.get("is_local")) or row.get("role") == "focus" for row in frame.to_dict("records")]
    lines = [wrap(label, LABEL_WIDTH, BODY, heavy) for label, heavy in zip(frame["label"], bold, strict=True)]
    left = (
        max(measure(line, BODY, heavy) for some, heavy in zip(lines, bold, strict=True) for line in some) + 12
    )
    across = Scale(ticks[0], ticks[-1], left, WIDTH - beside - 14)

    pitch = min(max(190.0 / len(frame), 13.5), 22.0)
    bands = [max(pitch, len(some) * BODY * LINE_HEIGHT + (6 if len(some) > 1 else 0)) for some in lines]
    top = key_height + 6
    middles = [top + sum(bands[:n]) + band / 2 for n, band in enumerate(bands)]
    bottom = top + sum(bands)

    rows = tuple(
        Row(
            label=record["label"],
            lines=some,
            middle=middle,
            band=band,
            value=record["value"],
            lower=record.get("lower", math.nan),
            upper=record.get("upper", math.nan),
            status=record["status"],
            role="focus" if record.get("is_local") else str(record.get("role", "other")),
            beside=beside_text,
            beside_interval=interval,
            extra=record[extra] if extra else math.nan,
            extra_label=str(record.get("benchmark_label", "")),
            lowest=record.get("lowest", math.nan),
            highest=record.get("highest", math.nan),
        )
        for record, some, middle, band, (beside_text, interval) in zip(
            frame.to_dict("records"), lines, middles, bands, besides, strict=True
        )
    )
    note = NOT_FROM_ZERO if ticks[0] > 0 else ""
    height = bottom + 32 + (FOOTER if needs_footer(chart, tuple(frame["status"]), note) else 0)
    return RowsLayout(rows, across, ticks, top, bottom, height, note)


def _write_beside(chart: Chart, record: Mapping[Hashable, Any]) -> tuple[str, str]:
    value, status = float(record["value"]), str(record["status"])
    bound = float(record.get("upper_bound", math.nan))
    if math.isnan(value):
        if not math.isnan(bound):
            return f"at most {show_value(bound, chart.decimals, chart.value_label)}", ""
        return MARKS[status], ""
    text = show_value(value, chart.decimals, chart.value_label)
    if not math.isnan(bound) and bound > value:
        return (
            f"{show_number(value, chart.decimals)} to {show_value(bound, chart.decimals, chart.value_label)}",
            "",
        )
    lower, upper = (float(record.get(name, math.nan)) for name in ("lower", "upper"))
    return text, show_interval(lower, upper, chart.decimals, chart.value_label)


def sort_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows from the highest value to the lowest, those without one last."""
    return frame.sort_values(
        ["value", "label"], ascending=[False, True], na_position="last", kind="stable"
    ).reset_index(drop=True)


def lay_out_ranked(chart: Chart) -> RowsLayout:
    """The layout of a prepared chart of ranked dots."""
    return lay_out_rows(chart, sort_rows(chart.frame), 14.0 if chart.reference is not None else 0.0)


def lay_out_shares(chart: Chart) -> RowsLayout:
    """The layout of a prepared chart of shares."""
    key = 18.0 if chart.frame["benchmark"].notna().any() else 0.0
    return lay_out_rows(chart, sort_rows(chart.frame), key + (14.0 if chart.reference is not None else 0.0))


def draw_frame(page: Page, chart: Chart, lay: RowsLayout, has_base: bool) -> None:
    """The axis: its ticks, their lines, and what it measures."""
    decimals = count_decimals(lay.ticks)
    for number, tick in enumerate(lay.ticks):
        x = lay.across.place(tick)
        is_base = has_base and tick == 0
        draw_line(
            page,
            (x, x),
            (lay.top, lay.bottom),
            order=1.5 if is_base else 1,
            colour=palette.MID if is_base else palette.GRID,
            width=0.8,
        )
        write(
            page,
            x,
            lay.bottom + 9,
            show_value(tick, decimals, chart.value_label),
            align="center",
            colour=palette.FAINT,
            gid=f"tick-{number}",
        )
    text = wrap(chart.value_label, WIDTH - lay.across.start, SMALL, limit=1)
    write_lines(
        page, lay.across.start, lay.bottom + 23, text, size=SMALL, colour=palette.FAINT, gid="axis-label"
    )


def draw_labels(page: Page, lay: RowsLayout) -> None:
    """The names of the rows, and the hatching of those that are not shown."""
    for number, row in enumerate(lay.rows):
        is_bold = row.role == "focus"
        write_lines(page, 0, row.middle, row.lines, is_bold=is_bold, gid=f"row-{number}-label")
        if row.beside in MARKS.values():
            draw_hidden(
                page,
                lay.across.start,
                row.middle - row.band * 0.28,
                lay.across.end - lay.across.start,
                row.band * 0.56,
            )


def draw_besides(page: Page, lay: RowsLayout) -> None:
    """The column of values at the right, aligned on its right edge."""
    widest = max((measure(row.beside_interval, SMALL) for row in lay.rows), default=0.0)
    edge = WIDTH - (widest + 5 if widest else 0)
    for number, row in enumerate(lay.rows):
        write(page, edge, row.middle, row.beside, is_bold=True, align="right", gid=f"row-{number}-value")
        if row.beside_interval:
            write(
                page, WIDTH, row.middle, row.beside_interval, size=SMALL, align="right", colour=palette.FAINT
            )


def _draw_reference(page: Page, chart: Chart, lay: RowsLayout) -> None:
    if chart.reference is None:
        return
    x = lay.across.place(chart.reference)
    draw_line(
        page,
        (x, x),
        (lay.top - 3, lay.bottom),
        colour=palette.INK,
        width=1,
        dashes=(4, 2),
        order=1.8,
        gid="reference",
    )
    text = f"{chart.reference_label} {show_value(chart.reference, chart.decimals, chart.value_label)}".strip()
    half = measure(text, SMALL) / 2
    write(
        page,
        min(max(x, half), WIDTH - half),
        lay.top - 10,
        text,
        size=SMALL,
        colour=palette.TEXT,
        align="center",
        gid="reference-label",
    )


def _draw_interval(page: Page, row: Row, number: int, lay: RowsLayout, colour: str) -> None:
    if math.isnan(row.lower):
        return
    draw_line(
        page,
        (row.lower, row.upper),
        (row.middle, row.middle),
        colour=colour,
        width=1.7,
        order=3,
        transform=map_values(page, lay.across, None),
        gid=f"row-{number}-interval",
    )


def _draw_bounds(page: Page, row: Row, number: int, lay: RowsLayout) -> None:
    if math.isnan(row.lowest):
        return
    transform = map_values(page, lay.across, None)
    ends = (row.lowest, row.highest)
    draw_line(
        page, ends, (row.middle,) * 2, colour=palette.MID, width=0.8, order=2, transform=transform,
        gid=f"row-{number}-bounds",
    )  # fmt: skip
    for end in ends:
        reach = (row.middle - 3, row.middle + 3)
        draw_line(page, (end, end), reach, colour=palette.MID, width=0.8, order=2, transform=transform)


def draw_ranked_dots(chart: Chart) -> Figure:
    """Places by value, each a dot with its interval, against the reference."""
    lay = lay_out_ranked(chart)
    page = open_page(lay.height)
    draw_frame(page, chart, lay, has_base=True)
    _draw_reference(page, chart, lay)
    draw_labels(page, lay)
    draw_besides(page, lay)
    for number, row in enumerate(lay.rows):
        if math.isnan(row.value):
            continue
        colour = palette.ROLE_COLOURS[row.role]
        _draw_bounds(page, row, number, lay)
        _draw_interval(page, row, number, lay, colour)
        draw_marks(
            page,
            [row.value],
            [row.middle],
            colour=colour,
            shape="D" if row.role == "comparator" else "o",
            size=6 if row.role == "comparator" else 8,
            is_hollow=row.role == "other",
            has_rim=False,
            transform=map_values(page, lay.across, None),
            gid=f"row-{number}-dot",
        )
    draw_footer(page, chart, [row.status for row in lay.rows], lay.note)
    return page.figure


def list_benchmarks(rows: Sequence[Row]) -> tuple[str, ...]:
    """The names of the benchmarks that are drawn."""
    names = dict.fromkeys(row.extra_label for row in rows if not math.isnan(row.extra))
    return tuple(name for name in names if name) or (("Benchmark",) if names else ())


def draw_share_dots(chart: Chart) -> Figure:
    """Shares by category, each a dot with its interval and the benchmark's tick."""
    lay = lay_out_shares(chart)
    page = open_page(lay.height)
    if list_benchmarks(lay.rows):
        names = ", ".join(list_benchmarks(lay.rows))
        x = lay.across.start
        draw_marks(page, [x + 4], [7], colour=palette.PLUM, size=8, has_rim=False)
        write(page, x + 12, 7, "This area", size=SMALL)
        x += 12 + measure("This area", SMALL) + 16
        draw_line(page, (x, x), (1, 13), colour=palette.INK, width=2)
        write_lines(
            page, x + 6, 7, wrap(names, WIDTH - x - 6, SMALL, limit=1), size=SMALL, gid="key-benchmark"
        )
    draw_frame(page, chart, lay, has_base=True)
    _draw_reference(page, chart, lay)
    draw_labels(page, lay)
    draw_besides(page, lay)
    for number, row in enumerate(lay.rows):
        if not math.isnan(row.extra):
            half = min(row.band * 0.36, 8)
            draw_line(
                page,
                (row.extra, row.extra),
                (row.middle - half, row.middle + half),
                colour=palette.INK,
                width=2,
                transform=map_values(page, lay.across, None),
                gid=f"row-{number}-benchmark",
                order=3.5,
            )
        if math.isnan(row.value):
            continue
        _draw_bounds(page, row, number, lay)
        _draw_interval(page, row, number, lay, palette.PLUM)
        draw_marks(
            page,
            [row.value],
            [row.middle],
            colour=palette.PLUM,
            size=8,
            has_rim=False,
            transform=map_values(page, lay.across, None),
            gid=f"row-{number}-dot",
        )
    draw_footer(page, chart, [row.status for row in lay.rows], lay.note)
    return page.figure


def draw_definition_bars(chart: Chart) -> Figure:
    """Definitions as bars: solid what certainly meets them, hatched what may."""
    frame = chart.frame
    uncertain = frame["upper_bound"].notna() & (frame["upper_bound"] > frame["value"].fillna(0))
    lay = lay_out_rows(chart, frame, 18.0 if uncertain.any() else 0.0)
    page = open_page(lay.height)
    if uncertain.any():
        x = lay.across.start
        draw_box(page, x, 2.5, 14, 9, fill=palette.MID)
        write(page, x + 19, 7, "certainly meets it", size=SMALL)
        x += 19 + measure("certainly meets it", SMALL) + 14
        draw_box(page, x, 2.5, 14, 9, fill=palette.WHITE, edge=palette.MID, line=0.8, hatch="/////")
        write(page, x + 19, 7, "may meet it: a flag is not known", size=SMALL, gid="key-bound")
    draw_frame(page, chart, lay, has_base=True)
    draw_labels(page, lay)
    transform = map_values(page, lay.across, None)
    for number, row in enumerate(lay.rows):
        thick = min(row.band * BAR, 17)
        colour = palette.INK if row.role == "focus" else "#8D9498"
        known = 0.0 if math.isnan(row.value) else row.value
        if not math.isnan(row.value):
            draw_box(
                page,
                0,
                row.middle - thick / 2,
                row.value,
                thick,
                fill=colour,
                transform=transform,
                gid=f"row-{number}-bar",
            )
        if not math.isnan(row.extra) and row.extra > known:
            draw_box(
                page,
                known,
                row.middle - thick / 2 + 0.4,
                row.extra - known,
                thick - 0.8,
                fill=palette.WHITE,
                edge=colour,
                line=0.8,
                hatch="/////",
                transform=transform,
                gid=f"row-{number}-bound",
            )
        end = lay.across.place(max(known, 0.0 if math.isnan(row.extra) else row.extra))
        if math.isnan(row.value) and math.isnan(row.extra):
            end = lay.across.end
        write(page, end + 5, row.middle, row.beside, is_bold=True, gid=f"halo-row-{number}-value")
    draw_footer(page, chart, [row.status for row in lay.rows if math.isnan(row.extra)], lay.note)
    return page.figure


def draw_bars(chart: Chart) -> Figure:
    """Bars from zero with their intervals, or bars of 100% where the frame has groups."""
    if "group" in chart.frame:
        return _draw_stacked(chart)
    lay = lay_out_rows(chart, chart.frame, 14.0 if chart.reference is not None else 0.0)
    page = open_page(lay.height)
    draw_frame(page, chart, lay, has_base=True)
    _draw_reference(page, chart, lay)
    draw_labels(page, lay)
    draw_besides(page, lay)
    transform = map_values(page, lay.across, None)
    for number, row in enumerate(lay.rows):
        if math.isnan(row.value):
            continue
        thick = min(row.band * BAR, 17)
        draw_box(
            page,
            0,
            row.middle - thick / 2,
            row.value,
            thick,
            fill=palette.ROLE_COLOURS[row.role],
            transform=transform,
            gid=f"row-{number}-bar",
        )
        _draw_bounds(page, row, number, lay)
        if not math.isnan(row.lower):
            _draw_interval(page, row, number, lay, palette.INK)
            # Ink on a dark bar is not seen: the part inside the bar is white.
            draw_line(
                page,
                (row.lower, min(row.value, row.upper)),
                (row.middle,) * 2,
                colour=palette.WHITE,
                width=1.6,
                transform=transform,
                order=3.1,
            )
    draw_footer(page, chart, [row.status for row in lay.rows], lay.note)
    return page.figure


def _draw_stacked(chart: Chart) -> Figure:
    frame = chart.frame
    groups = list(dict.fromkeys(frame["group"]))
    names = list(dict.fromkeys(zip(frame["label"], frame["role"], strict=True)))
    key_lines = _arrange_key([name for name, _ in names])
    outer = pd.DataFrame({"label": groups, "value": 100.0, "status": "reported", "role": "other"})
    plain = Chart(chart.kind, outer, "", "", chart.value_label, "", chart.marking, decimals=chart.decimals)
    base = lay_out_rows(plain, outer, len(key_lines) * 14.0 + 4)
    across = Scale(0, 100, base.across.start, WIDTH - 12)
    has_states = needs_footer(chart, tuple(frame["status"]))
    height = base.bottom + 32 + (FOOTER if has_states else 0)
    lay = RowsLayout(base.rows, across, (0.0, 25.0, 50.0, 75.0, 100.0), base.top, base.bottom, height, "")
    page = open_page(lay.height)
    draw_frame(page, chart, lay, has_base=False)
    for number, row in enumerate(lay.rows):
        write_lines(page, 0, row.middle, row.lines, gid=f"row-{number}-label")
    for line, entries in enumerate(key_lines):
        for place, x in entries:
            name, role = names[place]
            draw_box(page, x, 2.5 + line * 14, 11, 9, fill=palette.ROLE_COLOURS[role])
            write_lines(page, x + 16, 7 + line * 14, wrap(name, WIDTH - x - 16, SMALL, limit=1), size=SMALL)
    transform = map_values(page, across, None)
    for number, row in enumerate(lay.rows):
        members = frame[frame["group"] == row.label]
        thick = min(row.band * 0.72, 20)
        start = 0.0
        hidden = [status for status in members["status"] if status != "reported"]
        for part, member in enumerate(members.to_dict("records")):
            value = member["value"]
            if math.isnan(value):
                continue
            role = str(member["role"])
            draw_box(
                page,
                start,
                row.middle - thick / 2,
                value,
                thick,
                fill=palette.ROLE_COLOURS[role],
                edge=palette.WHITE,
                line=1.2,
                transform=transform,
                gid=f"row-{number}-part-{part}",
            )
            text = show_value(value, chart.decimals, chart.value_label)
            room = across.place(start + value) - across.place(start)
            if measure(text, BODY, True) + 8 < room:
                colour = palette.TEXT if role == "not_known" else palette.WHITE
                middle = across.place(start + value / 2)
                write(
                    page,
                    middle,
                    row.middle,
                    text,
                    is_bold=True,
                    colour=colour,
                    align="center",
                    gid=f"row-{number}-part-{part}-value",
                )
            start += value
        if hidden:
            # What is left of 100 is drawn as one: hiding one part of a whole hides nothing.
            x = across.place(start)
            draw_hidden(page, x, row.middle - thick / 2, across.end - x, thick)
            mark = " ".join(dict.fromkeys(MARKS[status] for status in hidden))
            width = measure(mark, SMALL, True) + 6
            centre = min((x + across.end) / 2, across.end - width / 2)
            draw_box(page, centre - width / 2, row.middle - 6, width, 12, fill=palette.WHITE, order=4)
            write(page, centre, row.middle, mark, size=SMALL, is_bold=True, align="center")
    draw_footer(page, chart, list(frame["status"]))
    return page.figure


def _arrange_key(names: Sequence[str]) -> list[list[tuple[int, float]]]:
    lines: list[list[tuple[int, float]]] = [[]]
    x = 0.0
    for place, name in enumerate(names):
        width = 16 + min(measure(name, SMALL), WIDTH - 16) + 18
        if lines[-1] and x + width - 18 > WIDTH:
            lines.append([])
            x = 0.0
        lines[-1].append((place, x))
        x += width
    return lines
