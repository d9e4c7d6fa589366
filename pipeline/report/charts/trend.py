"""Lines over time: laid out once, for the drawn and the interactive chart."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import Transform

from pipeline.report.charts import palette
from pipeline.report.charts.notes import Note, arrange_notes
from pipeline.report.charts.page import (
    FOOTER,
    WIDTH,
    Page,
    draw_area,
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
from pipeline.report.charts.scales import Scale, choose_ticks, count_decimals, spread
from pipeline.report.charts.spec import Break, Chart
from pipeline.report.charts.typesetting import BODY, LINE_HEIGHT, SMALL, measure, wrap
from pipeline.report.charts.wording import MARKS, is_percentage, show_value

PLOT_HEIGHT = 196.0
LANE = 12.0
NOT_FROM_ZERO = "The axis does not start at zero."


@dataclass(frozen=True)
class Point:
    """One figure of a series: the middle of its period as a day number, its words, its numbers."""

    day: float
    period: str
    value: float
    lower: float
    upper: float
    status: str


@dataclass(frozen=True)
class Series:
    """A line in the pieces between its gaps and breaks, and the runs that are not shown."""

    label: str
    role: str
    points: tuple[Point, ...]
    pieces: tuple[tuple[Point, ...], ...]
    hidden: tuple[tuple[Point, ...], ...]

    @property
    def last(self) -> Point | None:
        """The latest figure that is shown."""
        return self.pieces[-1][-1] if self.pieces else None


@dataclass(frozen=True)
class EndLabel:
    """The name at the end of a line, where it stands and the value's own place."""

    series: Series
    lines: tuple[str, ...]
    place: float
    point: float | None


@dataclass(frozen=True)
class TrendLayout:
    """Everything that both drawings of a trend need."""

    series: tuple[Series, ...]
    half_step: float
    across: Scale
    down: Scale
    value_ticks: tuple[float, ...]
    time_ticks: tuple[tuple[float, str], ...]
    time_marks: tuple[float, ...]
    notes: tuple[Note, ...]
    note_tops: tuple[float, ...]
    shades: tuple[tuple[float, float], ...]
    rules: tuple[float, ...]
    end_labels: tuple[EndLabel, ...]
    lanes: tuple[Series, ...]
    shared_gaps: tuple[tuple[float, float], ...]
    top: float
    height: float
    note: str


def _measure_step(periods: Sequence[pd.Timestamp]) -> int:
    gaps = [(b - a).days for a, b in pairwise(periods)]
    return min(gaps) if gaps else 365


def name_period(start: date, step: int) -> str:
    """A period in words, from its first day and length."""
    if step >= 300:
        return str(start.year) if start.month == 1 else f"{start.year}/{(start.year + 1) % 100:02d}"
    if step >= 80:
        end = start + timedelta(days=80)
        return f"{start:%b} to {end:%b %Y}"
    return f"{start:%B %Y}" if step >= 27 else f"{start.day} {start:%B %Y}"


def _middle(start: pd.Timestamp, step: int) -> float:
    length = 365 if step >= 300 else 91 if step >= 80 else 30 if step >= 27 else step
    return start.toordinal() + length / 2


def _split(points: Sequence[Point], cuts: Sequence[float]) -> tuple[tuple[Point, ...], ...]:
    """Runs of reported points, cut where a rule changed."""
    runs: list[tuple[Point, ...]] = []
    for (is_reported, _), members in groupby(
        points, key=lambda point: (point.status == "reported", sum(cut <= point.day for cut in cuts))
    ):
        if is_reported:
            runs.append(tuple(members))
    return tuple(runs)


def _join_hidden(points: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    return tuple(
        tuple(run) for status, run in groupby(points, key=lambda p: p.status) if status != "reported"
    )


def _read_series(frame: pd.DataFrame, cuts: Sequence[float], step: int) -> tuple[Series, ...]:
    everywhere = sorted(set(frame["period"]))
    rows = {(row["series"], row["period"]): row for row in frame.to_dict("records")}
    found = []
    for label, role in dict(zip(frame["series"], frame["role"], strict=True)).items():
        points = tuple(_read_point(rows.get((label, start)), start, step) for start in everywhere)
        found.append(Series(label, str(role), points, _split(points, cuts), _join_hidden(points)))
    return tuple(found)


def _read_point(row: Mapping[Hashable, Any] | None, start: pd.Timestamp, step: int) -> Point:
    name = name_period(start.date(), step)
    if row is None:
        # No row is no answer: drawn as a gap, like one that says so.
        return Point(_middle(start, step), name, math.nan, math.nan, math.nan, "not_available")
    return Point(
        _middle(start, step),
        str(row.get("period_label") or name),
        float(row["value"]),
        float(row["lower"]),
        float(row["upper"]),
        str(row["status"]),
    )


def _choose_time_ticks(
    points: Sequence[Point], step: int, across: Scale
) -> tuple[tuple[tuple[float, str], ...], tuple[float, ...]]:
    room = across.end - across.start
    if step >= 300 or len(points) <= 2:
        every = max(1, -(-len(points) * 44 // int(room)))
        return tuple((p.day, p.period) for p in points[::-1][::every][::-1]), ()
    first, last = date.fromordinal(int(across.low)), date.fromordinal(int(across.high))
    if across.high - across.low > 540:
        starts = [date(year, 1, 1) for year in range(first.year, last.year + 2)]
        form = "%Y"
    else:
        months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13)]
        stride = 3 if across.high - across.low > 200 else 1
        chosen = [m for m in months if (m.month - 1) % stride == 0]
        return (
            tuple(
                (m.toordinal(), f"{m:%b %Y}")
                for m in chosen
                if across.low <= m.toordinal() <= across.high - 10
            ),
            (),
        )
    marks = tuple(float(s.toordinal()) for s in starts if across.low < s.toordinal() < across.high)
    labels = []
    for start in starts:
        left = max(float(start.toordinal()), across.low)
        right = min(float(date(start.year + 1, 1, 1).toordinal()), across.high)
        if across.place(right) - across.place(left) >= 26:
            labels.append(((left + right) / 2, f"{start:{form}}"))
    return tuple(labels), marks


def lay_out_trend(chart: Chart) -> TrendLayout:
    """The layout of a prepared trend."""
    frame = chart.frame
    periods = [pd.Timestamp(p) for p in sorted(frame["period"].unique())]
    step = _measure_step(periods)
    half = (_middle(periods[0], step) - periods[0].toordinal()) or 0.5
    first, last = _middle(periods[0], step) - half, _middle(periods[-1], step) + half
    breaks = [
        b for b in chart.breaks if b.start.toordinal() < last and (b.end or b.start).toordinal() > first
    ]
    cuts = sorted(float(b.start.toordinal()) for b in breaks if b.end is None)
    series = _read_series(frame, cuts, step)

    numbers = [n for column in ("value", "lower", "upper") for n in frame[column].dropna()]
    if chart.reference is not None:
        numbers.append(chart.reference)
    ticks = choose_ticks(numbers, 5, 100.0 if is_percentage(chart.value_label) else None)
    note = NOT_FROM_ZERO if ticks[0] > 0 else ""

    tick_texts = [show_value(tick, count_decimals(ticks), chart.value_label) for tick in ticks]
    left = max(measure(text, BODY) for text in tick_texts) + 7
    texts = [_wrap_end(s, chart) for s in series]
    right = max((measure(line, BODY, True) for lines in texts for line in lines), default=0.0) + 16
    across = Scale(first, last, left, WIDTH - right)

    notes, shades = _arrange(breaks, across)
    lane_heights = [
        max((len(n.lines) for n in notes if n.lane == lane), default=0) * SMALL * LINE_HEIGHT + 5
        for lane in range(max((n.lane for n in notes), default=-1) + 1)
    ]
    top = 16 + sum(lane_heights) + (4 if notes else 2)
    down = Scale(ticks[0], ticks[-1], top + PLOT_HEIGHT, top)
    note_tops = tuple(top - 4 - sum(lane_heights[: n.lane]) - lane_heights[n.lane] / 2 for n in notes)
    lanes, shared = _find_gaps(series, half)
    height = top + PLOT_HEIGHT + 4 + LANE * max(len(lanes), 1 if shared else 0) + 16
    statuses = tuple(frame["status"])
    height += (
        FOOTER
        if needs_footer(chart, (*statuses, *("not_available" for s in series if s.hidden)), note)
        else 0
    )

    time_ticks, time_marks = _choose_time_ticks(series[0].points, step, across)
    return TrendLayout(
        series,
        half,
        across,
        down,
        ticks,
        time_ticks,
        time_marks,
        notes,
        note_tops,
        shades,
        tuple(cuts),
        _place_end_labels(series, texts, down, top),
        lanes,
        shared,
        top,
        height,
        note,
    )


def _wrap_end(series: Series, chart: Chart) -> tuple[str, ...]:
    if series.last is None:
        return wrap(f"{series.label} {MARKS[series.points[-1].status]}", 112, BODY, True)
    value = show_value(series.last.value, chart.decimals, chart.value_label)
    lines = wrap(f"{series.label} {value}", 112, BODY, True)
    # A long name is shortened, its value never.
    return lines if lines[-1].endswith(value) else (*wrap(series.label, 112, BODY, True, 2), value)


def _place_end_labels(
    series: Sequence[Series], texts: Sequence[tuple[str, ...]], down: Scale, top: float
) -> tuple[EndLabel, ...]:
    points = [None if s.last is None else down.place(s.last.value) for s in series]
    wanted = [top + PLOT_HEIGHT if point is None else point for point in points]
    heights = [len(lines) * BODY * LINE_HEIGHT + 2 for lines in texts]
    places = spread(wanted, heights, top - 6, top + PLOT_HEIGHT)
    return tuple(EndLabel(*parts) for parts in zip(series, texts, places, points, strict=True))


def _arrange(
    breaks: Sequence[Break], across: Scale
) -> tuple[tuple[Note, ...], tuple[tuple[float, float], ...]]:
    labels: dict[str, tuple[float, bool]] = {}
    shades = []
    for item in sorted(breaks, key=lambda b: (b.start, b.label)):
        start = max(float(item.start.toordinal()), across.low)
        if item.end is None:
            leader, is_span = across.place(start), False
        else:
            end = min(float(item.end.toordinal() + 1), across.high)
            shades.append((start, end))
            leader, is_span = (across.place(start) + across.place(end)) / 2, True
        # Several spans under one name carry it once.
        labels.setdefault(item.label, (leader, is_span))
    ordered = sorted(labels.items(), key=lambda pair: (pair[1][0], pair[0]))
    notes = arrange_notes(
        [label for label, _ in ordered],
        [leader for _, (leader, _) in ordered],
        [is_span for _, (_, is_span) in ordered],
        0.0,
        WIDTH,
    )
    return notes, tuple(shades)


def _find_gaps(
    series: Sequence[Series], half: float
) -> tuple[tuple[Series, ...], tuple[tuple[float, float], ...]]:
    """A series for each lane of marks (one stands for all with the same gaps), and the gaps all share."""
    lanes: list[Series] = []
    seen: list[tuple[tuple[float, str], ...]] = []
    for one in series:
        shape = _gap_shape(one)
        if shape and shape not in seen:
            seen.append(shape)
            lanes.append(one)
    shared = []
    days = [p.day for p in series[0].points if all(_is_hidden(s, p.day) for s in series)]
    for _, run in groupby(enumerate(p.day for p in series[0].points), key=lambda pair: pair[1] in days):
        members = [day for _, day in run]
        if members[0] in days:
            shared.append((members[0] - half, members[-1] + half))
    return tuple(lanes), tuple(shared)


def _gap_shape(series: Series) -> tuple[tuple[float, str], ...]:
    return tuple((p.day, p.status) for run in series.hidden for p in run)


def _is_hidden(series: Series, day: float) -> bool:
    return any(p.day == day for run in series.hidden for p in run)


def draw_trend(chart: Chart) -> Figure:
    """The drawn trend."""
    lay = lay_out_trend(chart)
    page = open_page(lay.height)
    draw_trend_frame(page, chart, lay)
    values = map_values(page, lay.across, lay.down)
    for number, one in reversed(list(enumerate(lay.series))):
        _draw_series(page, values, one, number)
    draw_trend_ends(page, chart, lay)
    return page.figure


def draw_trend_frame(page: Page, chart: Chart, lay: TrendLayout) -> None:
    """What stands behind the lines: shading, ticks, notes on breaks, the reference."""
    bottom = lay.top + PLOT_HEIGHT
    left, right = lay.across.start, lay.across.end

    for start, end in lay.shades:
        x = lay.across.place(start)
        draw_box(page, x, lay.top, lay.across.place(end) - x, PLOT_HEIGHT, fill=palette.SHADE, order=0.5)
    for start, end in lay.shared_gaps:
        x = lay.across.place(start)
        draw_hidden(page, x, lay.top, lay.across.place(end) - x, PLOT_HEIGHT, order=0.6)

    decimals = count_decimals(lay.value_ticks)
    write(page, 0, 6, chart.value_label, size=SMALL, colour=palette.FAINT, gid="axis-label")
    for number, tick in enumerate(lay.value_ticks):
        y = lay.down.place(tick)
        is_base = tick == lay.value_ticks[0]
        draw_line(
            page, (left, right), (y, y), colour=palette.MID if is_base else palette.GRID, width=0.8, order=1
        )
        write(
            page,
            left - 5,
            y,
            show_value(tick, decimals, chart.value_label),
            align="right",
            colour=palette.FAINT,
            gid=f"tick-{number}",
        )
    for number, (note, y) in enumerate(zip(lay.notes, lay.note_tops, strict=True)):
        foot = y + len(note.lines) * SMALL * LINE_HEIGHT / 2 + 1
        draw_line(page, (note.leader, note.leader), (foot, lay.top), colour=palette.MID, width=0.7, order=1)
        write_lines(
            page,
            note.anchor,
            y,
            note.lines,
            size=SMALL,
            colour=palette.FAINT,
            align=note.align,
            gid=f"note-{number}",
        )
    for number, day in enumerate(lay.rules):
        x = lay.across.place(day)
        draw_line(
            page,
            (x, x),
            (lay.top, bottom),
            colour=palette.MID,
            width=0.8,
            dashes=(2, 2),
            order=1.2,
            gid=f"break-{number}",
        )
    if chart.reference is not None:
        y = lay.down.place(chart.reference)
        draw_line(
            page,
            (left, right),
            (y, y),
            colour=palette.MID,
            width=1,
            dashes=(4, 2),
            order=1.3,
            gid="reference",
        )
        value = show_value(chart.reference, chart.decimals, chart.value_label)
        text = f"{chart.reference_label} {value}".strip()
        write(page, left + 3, y - 7, text, size=SMALL, colour=palette.FAINT, gid="halo-reference-label")


def draw_trend_ends(page: Page, chart: Chart, lay: TrendLayout) -> None:
    """What stands around the lines: time, gaps, the name at the end of each, the last line."""
    bottom, right = lay.top + PLOT_HEIGHT, lay.across.end
    _draw_time(page, lay, bottom)
    _draw_gaps(page, lay, bottom)
    for number, label in enumerate(lay.end_labels):
        colour = palette.LINE_COLOURS[label.series.role]
        if label.point is not None and label.series.last is not None:
            x = lay.across.place(label.series.last.day)
            draw_line(
                page,
                (max(x, right) + 3, right + 10),
                (label.point, label.place),
                colour=colour,
                width=0.7,
                order=2,
            )
        text_colour = palette.FAINT if label.series.role in ("not_known", "comparator", "other") else colour
        write_lines(
            page,
            right + 13,
            label.place,
            label.lines,
            is_bold=True,
            colour=text_colour,
            gid=f"series-{number}-label",
        )
    states = [p.status for s in lay.series for run in s.hidden for p in run]
    draw_footer(page, chart, states, lay.note)


def _draw_series(page: Page, values: Transform, one: Series, number: int) -> None:
    colour = palette.LINE_COLOURS[one.role]
    few = len(one.points) <= 12
    for piece_number, piece in enumerate(one.pieces):
        gid = f"series-{number}-{piece_number}"
        banded = [p for p in piece if p.lower == p.lower]
        if len(banded) > 1:
            corners = [(p.day, p.lower) for p in banded] + [(p.day, p.upper) for p in reversed(banded)]
            draw_area(page, corners, fill=colour, opacity=0.16, transform=values, gid=f"{gid}-interval")
        elif banded:
            p = banded[0]
            draw_line(
                page,
                (p.day, p.day),
                (p.lower, p.upper),
                colour=colour,
                width=1.2,
                transform=values,
                gid=f"{gid}-interval",
            )
        days, numbers = [p.day for p in piece], [p.value for p in piece]
        draw_line(
            page,
            days,
            numbers,
            colour=colour,
            width=palette.ROLE_WIDTHS[one.role],
            dashes=palette.ROLE_DASHES.get(one.role, ()),
            transform=values,
            gid=gid,
        )
        if one.role in palette.HOLLOW and len(piece) > 1:
            draw_line(page, days, numbers, colour=palette.WHITE, width=1.0, transform=values, order=3.05)
        marked = piece if few or len(piece) == 1 else ()
        if one.last in piece and one.last not in marked:
            marked = (*marked, piece[-1])
        if marked:
            draw_marks(
                page,
                [p.day for p in marked],
                [p.value for p in marked],
                colour=colour,
                shape="s" if one.role == "non_domestic" else "D" if one.role == "comparator" else "o",
                size=5.4 if one.role in ("non_domestic", "comparator") else 6.2,
                is_hollow=one.role in ("other", "not_known", *palette.HOLLOW),
                transform=values,
                gid=f"{gid}-marks",
            )


def _draw_time(page: Page, lay: TrendLayout, bottom: float) -> None:
    y = bottom + 4 + LANE * max(len(lay.lanes), 1 if lay.shared_gaps else 0) + 7
    for day in lay.time_marks:
        x = lay.across.place(day)
        draw_line(page, (x, x), (bottom, bottom + 4), colour=palette.MID, width=0.8)
    for number, (day, text) in enumerate(lay.time_ticks):
        half = measure(text, BODY) / 2
        x = min(max(lay.across.place(day), half), WIDTH - half)
        write(page, x, y, text, align="center", colour=palette.FAINT, gid=f"time-{number}")


def _draw_gaps(page: Page, lay: TrendLayout, bottom: float) -> None:
    for lane, one in enumerate(lay.lanes):
        y = bottom + 4 + LANE * (lane + 0.5)
        sharing = [other for other in lay.series if _gap_shape(other) == _gap_shape(one)]
        colour = palette.TEXT if len(sharing) > 1 else palette.LINE_COLOURS[one.role]
        spans = [
            (lay.across.place(run[0].day - lay.half_step), lay.across.place(run[-1].day + lay.half_step))
            for run in one.hidden
        ]
        marks = [MARKS[run[0].status] for run in one.hidden]
        widths = [measure(mark, SMALL, True) + 1 for mark in marks]
        centres = spread([(start + end) / 2 for start, end in spans], widths, 0, WIDTH)
        written = zip(spans, marks, widths, centres, strict=True)
        for number, ((start, end), mark, width, centre) in enumerate(written):
            if end - start > width + 8:
                draw_line(page, (start, centre - width / 2 - 2), (y, y), colour=colour, width=0.8)
                draw_line(page, (centre + width / 2 + 2, end), (y, y), colour=colour, width=0.8)
            write(
                page,
                centre,
                y,
                mark,
                size=SMALL,
                is_bold=True,
                colour=colour,
                align="center",
                gid=f"gap-{lane}-{number}",
            )
        if len(sharing) < len(lay.series):
            text = one.label if len(sharing) == 1 else f"{len(sharing)} of {len(lay.series)} lines"
            name = wrap(text, WIDTH - lay.across.end - 13, SMALL, limit=1)
            write_lines(page, lay.across.end + 13, y, name, size=SMALL, colour=colour)
