"""What a chart is, and the frame it is drawn from once everything that must not be shown is gone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.report.charts.wording import clean

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Break:
    """A dated change of rules (no end) or a period to shade."""

    start: date
    end: date | None
    label: str


@dataclass(frozen=True, eq=False)
class Chart:
    """One exhibit: title and subtitle are printed by the document, the rest by the chart.

    `marking` is what stands in its corner, such as SYNTHETIC; '' for nothing.
    """

    kind: str
    frame: pd.DataFrame
    title: str
    subtitle: str
    value_label: str
    alt_text: str
    marking: str
    reference: float | None = None
    reference_label: str = ""
    breaks: tuple[Break, ...] = ()
    decimals: int = 1
    outline: gpd.GeoDataFrame | None = None


STATUSES = ("reported", "suppressed", "not_available", "not_applicable")
ROLES = {
    "trend": ("total", "domestic", "non_domestic", "not_known", "comparator", "other"),
    "slope": ("focus", "other"),
    "waterfall": ("level", "step"),
    "pyramid": ("domestic", "non_domestic", "total", "not_known"),
    "multiples": ("focus", "comparator"),
    "ranked_dots": ("focus", "other", "comparator"),
    "bars": ("total", "domestic", "non_domestic", "not_known", "comparator", "other", "focus"),
    "hundred_squares": ("domestic", "non_domestic", "not_known", "other", "comparator"),
}
# What identifies a value: no two rows may share it, or one would hide the other.
KEYS = {
    "trend": ("series", "period"),
    "ranked_dots": ("label",),
    "share_dots": ("label",),
    "definition_bars": ("label",),
    "bars": ("label",),
    "choropleth": ("area_code",),
    "heat_map": ("day", "hour"),
    "hundred_squares": ("label",),
    "slope": ("stage", "series"),
    "waterfall": ("label",),
    "control": ("period",),
    "funnel": ("label",),
    "lorenz": ("label",),
    "pyramid": ("label", "role"),
    "spine": ("label",),
    "multiples": ("series", "period"),
}
COLUMNS = {
    "trend": ("period", "series", "role"),
    "ranked_dots": ("label", "role"),
    "share_dots": ("label", "benchmark", "benchmark_label"),
    "definition_bars": ("label", "upper_bound", "is_local"),
    "bars": ("label", "role"),
    "choropleth": ("area_code", "label", "geometry"),
    "heat_map": ("day", "hour"),
    "hundred_squares": ("label", "role"),
    "slope": ("stage", "series", "role", "amount"),
    "waterfall": ("label", "role"),
    "funnel": ("label", "size", "centre", "lower95", "upper95", "lower998", "upper998", "position"),
    "lorenz": ("label", "part"),
    "pyramid": ("label", "role", "side"),
    "spine": ("label", "lowest", "highest", "middle", "text", "other_text"),
    "multiples": ("period", "series", "role"),
    "control": (
        "period",
        "series",
        "centre",
        "lower_limit",
        "upper_limit",
        "is_signal",
        "is_left_out",
    ),
}
WITHOUT_INTERVAL = (
    "definition_bars",
    "choropleth",
    "heat_map",
    "hundred_squares",
    "slope",
    "funnel",
    "lorenz",
    "pyramid",
    "spine",
)
# What a control chart expects of a month, and the limits of chance.
LIMITS = ("centre", "lower_limit", "upper_limit")
FUNNEL = ("size", "lower95", "upper95", "lower998", "upper998")
TEXTS = ("label", "series", "stage", "side", "text", "other_text", "benchmark_label", "group", "period_label")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def prepare_chart(chart: Chart) -> Chart:
    """The chart with its frame checked, its texts cleaned, and no value that is not reported.

    Every drawing starts here, so a number left in a suppressed row by mistake reaches no picture.
    """
    return replace(
        chart,
        frame=_prepare_frame(chart),
        value_label=clean(chart.value_label),
        reference=None if chart.reference is None or not math.isfinite(chart.reference) else chart.reference,
        reference_label=clean(chart.reference_label),
        breaks=tuple(
            Break(item.start, None if pd.isna(item.end) else item.end, clean(item.label))
            for item in chart.breaks
        ),
    )


def _prepare_frame(chart: Chart) -> pd.DataFrame:
    _check_frame(chart)
    frame = pd.DataFrame(chart.frame).reset_index(drop=True).copy()
    for column in TEXTS:
        if column in frame:
            frame[column] = [clean(text) for text in frame[column]]
    for column in (
        "value",
        "lower",
        "upper",
        "lowest",
        "highest",
        "benchmark",
        "upper_bound",
        "amount",
        "middle",
        *LIMITS,
        *FUNNEL,
    ):
        if column in frame:
            numbers = pd.to_numeric(frame[column], errors="coerce").astype(float)
            frame[column] = numbers.where(np.isfinite(numbers))
    if chart.kind in ("trend", "control", "multiples"):
        frame["period"] = pd.to_datetime(frame["period"])

    _hide_values(frame)
    return frame


def _check_frame(chart: Chart) -> None:
    if chart.kind not in COLUMNS:
        raise ValueError(f"chart kind {chart.kind!r}: expected one of {', '.join(COLUMNS)}")
    name, frame = f"{chart.kind} chart {chart.title!r}", chart.frame
    needed = (*COLUMNS[chart.kind], "value", "status")
    if chart.kind not in WITHOUT_INTERVAL:
        needed = (*needed, "lower", "upper")
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise ValueError(f"{name}: the frame has no column {', '.join(missing)}")
    for column, allowed in (("status", STATUSES), ("role", ROLES.get(chart.kind, ()))):
        unknown = sorted(set(frame[column].astype(str)) - set(allowed)) if allowed else []
        if unknown:
            raise ValueError(
                f"{name}: column {column} has {', '.join(unknown)}, expected {', '.join(allowed)}"
            )
    key = [*KEYS[chart.kind], *(["group"] if chart.kind == "bars" and "group" in frame else [])]
    if frame.duplicated(key).any():
        raise ValueError(f"{name}: more than one row has the same {' and '.join(key)}")


def _hide_values(frame: pd.DataFrame) -> None:
    reported = frame["status"].eq("reported")
    frame.loc[reported & frame["value"].isna(), "status"] = "not_available"
    reported = frame["status"].eq("reported")
    for column in ("value", "lower", "upper", "lowest", "highest", "amount", "middle", *LIMITS, *FUNNEL):
        if column in frame:
            frame.loc[~reported, column] = np.nan
    if "upper_bound" in frame:
        # "At most" may be known where the count is not; behind a suppressed count it may not be shown.
        frame.loc[~reported & frame["status"].ne("not_available"), "upper_bound"] = np.nan
    for ends in (["lower", "upper"], ["lowest", "highest"]):
        if set(ends) <= set(frame.columns):
            halved = frame[ends].isna().any(axis="columns")
            frame.loc[halved, ends] = np.nan


def has_figures(frame: pd.DataFrame) -> bool:
    """Whether anything in a prepared frame can be drawn."""
    bounds = frame["upper_bound"].notna().any() if "upper_bound" in frame else False
    return bool(frame["value"].notna().any() or bounds)
