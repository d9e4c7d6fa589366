"""A funnel: places by size against the limits within which chance alone would keep them."""

from __future__ import annotations

from matplotlib.figure import Figure

from pipeline.report.charts import palette
from pipeline.report.charts.page import (
    FOOTER,
    Page,
    draw_footer,
    draw_hidden,
    draw_line,
    draw_marks,
    map_values,
    needs_footer,
    open_page,
    write,
)
from pipeline.report.charts.plane import draw_plane, lay_out_plane
from pipeline.report.charts.scales import choose_ticks
from pipeline.report.charts.spec import Chart
from pipeline.report.charts.trend import NOT_FROM_ZERO
from pipeline.report.charts.typesetting import SMALL
from pipeline.report.charts.wording import MARKS

TOP = 36.0
HEIGHT = 230.0
SIZE_LABEL = "residents"
BOUNDS = ("lower95", "upper95", "lower998", "upper998")


def draw_funnel(chart: Chart) -> Figure:
    """Solid dots lie outside the outer limits, hollow ones within; the common rate is the line in the middle."""
    frame = chart.frame.sort_values("size", kind="stable")
    shown = frame[frame["value"].notna()]
    y_ticks = choose_ticks([n for column in ("value", *BOUNDS) for n in shown[column].dropna()], 5)
    x_ticks = choose_ticks(shown["size"], 5)
    plane = lay_out_plane(x_ticks, y_ticks, (SIZE_LABEL, chart.value_label), TOP, HEIGHT)
    note = NOT_FROM_ZERO if y_ticks[0] > 0 or x_ticks[0] > 0 else ""
    statuses = tuple(frame["status"])
    page = open_page(TOP + HEIGHT + 36 + (FOOTER if needs_footer(chart, statuses, note) else 0))
    draw_plane(page, plane)
    values = map_values(page, plane.across, plane.down)
    sizes = list(shown["size"])
    for name, dashes, width in (
        ("centre", (), 1.2), ("lower95", (4, 2), 1.0), ("upper95", (4, 2), 1.0),
        ("lower998", (1.2, 1.8), 1.0), ("upper998", (1.2, 1.8), 1.0),
    ):  # fmt: skip
        draw_line(
            page, sizes, list(shown[name]), colour=palette.NAVY, width=width, dashes=dashes, transform=values,
            order=2, gid=f"limit-{name}",
        )  # fmt: skip
    is_out = shown["position"].isin(["high_998", "low_998"])
    for gid, some, is_hollow in (("outside", shown[is_out], False), ("within", shown[~is_out], True)):
        if len(some):
            draw_marks(
                page, list(some["size"]), list(some["value"]), colour=palette.INK, size=6, is_hollow=is_hollow,
                has_rim=False, transform=values, gid=gid,
            )  # fmt: skip
    _draw_key(page)
    for number, status in enumerate(sorted(set(statuses) - {"reported"})):
        # What is hidden has no place here: the corner says that there is some.
        x = plane.across.end - 30 * (number + 1)
        draw_hidden(page, x, TOP + 2, 26, 14)
        write(page, x + 13, TOP + 9, MARKS[status], size=SMALL, is_bold=True, align="center", order=6)
    draw_footer(page, chart, statuses, note)
    return page.figure


def _draw_key(page: Page) -> None:
    x = 0.0
    for text, dashes in (("common rate", ()), ("95% limits", (4, 2)), ("99.8% limits", (1.2, 1.8))):
        draw_line(page, (x, x + 20), (6, 6), colour=palette.NAVY, width=1.2, dashes=dashes)
        write(page, x + 25, 6, text, size=SMALL, colour=palette.FAINT)
        x += 110
    draw_marks(page, [x + 4], [6], colour=palette.INK, size=6, has_rim=False)
    write(page, x + 13, 6, "outside 99.8%", size=SMALL, colour=palette.FAINT)
