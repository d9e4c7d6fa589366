"""Trend and control chart of a figure's series, as lines of `sna explain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.explanation.background import Row
    from pipeline.explanation.series import ChartedMonth, Trend

KINDS = {
    "financial_year": "financial years",
    "academic_year": "academic years",
    "calendar_year": "calendar years",
    "quarter": "quarters",
}


def tell_series(trends: Iterable[Trend], chart: ChartedMonth | None) -> Iterator[tuple[str, str]]:
    """A label and its text for each trend, and for the month in its chart: the number, in words, and what it is of."""
    for trend in trends:
        number = ""
        if trend.value is not None:
            limits = f"95% interval {trend.lower95:g} to {trend.upper95:g}"
            number = f": {trend.measure_of_change} {trend.value:g} ({limits})"
        yield "Trend", f"{KINDS[trend.period_type]}: {trend.verdict.replace('_', ' ')}{number}"
        yield "", trend.reason
        if trend.value is not None:
            of = f"{_span(trend.figures, trend.period_type)}, without those left out"
            yield "", f"{trend.meaning} {of} ({trend.statistic_id})."
    if chart is not None:
        limits = (
            "no limits"
            if chart.centre is None
            else (f"centre {chart.centre:g}, limits {chart.lower_limit:g} to {chart.upper_limit:g}")
        )
        value = "" if chart.value is None else f"{chart.value:g}, "
        yield "Control chart", f"{value}{limits}: {chart.says}"
        yield "", f"{chart.meaning} {_span(chart.figures, 'month')} ({chart.statistic_id})."


def _span(figures: Sequence[Row], period_type: str) -> str:
    """Of how many published figures something was made, and from when to when."""
    from pipeline.periods import period_label

    first, last = (
        period_label(period_type, row["period_start"], row["period_end"]) for row in (figures[0], figures[-1])
    )
    return f"Of {len(figures)} published figures, {first} to {last}"
