"""Charts as Plotly figures, for the kinds where a reader gains by it: the same layout, words and numbers."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.report.charts.plotly_areas import heat_figure, map_figure
from pipeline.report.charts.plotly_parts import Figure, explain
from pipeline.report.charts.plotly_rows import ranked_figure, share_figure
from pipeline.report.charts.plotly_trend import trend_figure
from pipeline.report.charts.spec import Chart, has_figures, prepare_chart

FIGURES: dict[str, Callable[[Chart], Figure]] = {
    "trend": trend_figure,
    "ranked_dots": ranked_figure,
    "share_dots": share_figure,
    "choropleth": map_figure,
    "heat_map": heat_figure,
}


def plotly_figure(chart: Chart) -> Figure | None:
    """The chart's data and layout for Plotly, or nothing for a kind that stays a picture."""
    if chart.kind not in FIGURES:
        return None
    ready = prepare_chart(chart)
    if not has_figures(ready.frame):
        return explain(ready, list(ready.frame["status"]))
    return FIGURES[chart.kind](ready)
