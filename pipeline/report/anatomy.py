"""What an exhibit is made of, and what all kinds of exhibit share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from pipeline.report.charts.spec import Chart
from pipeline.report.charts.wording import SEPARATOR
from pipeline.report.numbers import (
    NOT_AVAILABLE,
    period_label,
)
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import (
    Context,
)
from pipeline.report.sentences import (
    Sentence,
    plain,
    too_few,
)
from pipeline.report.specs import ExhibitSpec
from pipeline.report.tables import (
    Table,
)


@dataclass(frozen=True)
class Exhibit:
    """A finding, what it is measured by, a chart where there is one, and its table."""

    id: str
    kind: str
    title: Sentence
    subtitle: str
    table: Table
    chart: Chart | None = None
    alt_text: str = ""
    how_to_read: str = ""
    source: str = ""
    caveat: str = ""
    notes: tuple[str | Sentence, ...] = ()
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    number: str = ""

    @property
    def csv_name(self) -> str:
        return f"{self.id}.csv"


@dataclass(frozen=True)
class Gap:
    """An exhibit that could not be drawn: what it would have shown, why not, and what to ask for."""

    id: str
    name: str
    reason: str
    ask: str


def name_of_measure(spec: ExhibitSpec, indicator: Indicator) -> str:
    return spec.name or indicator.title


def describe(indicator: Indicator, where: str, when: str, is_count: bool = False) -> str:
    if is_count:
        measure = f"Number of {indicator.numerator_label or 'offences'}"
    elif indicator.unit == "%":
        of = f" of {indicator.denominator_label}" if indicator.denominator_label else ""
        measure = f"{indicator.title}, per cent{of}"
    elif indicator.kind == "count":
        measure = f"{indicator.title}, number"
    else:
        measure = f"{indicator.title}, {indicator.unit}"
    return " · ".join(part for part in (measure, where, when) if part)


def period_of(reading: Reading) -> str:
    return period_label(reading.period_type, reading.period_start, reading.period_end)


def span_of(rows: Sequence[Reading]) -> str:
    """From the first to the last period that the readings cover."""
    first = min(rows, key=lambda reading: reading.period_start)
    last = max(rows, key=lambda reading: reading.period_end)
    one, other = period_of(first), period_of(last)
    if one == other:
        return one
    if first.period_type == last.period_type and " to " not in one:
        return f"{one} to {other}"
    return f"{first.period_start:%B %Y} to {last.period_end:%B %Y}"


def to_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def chart_numbers(reading: Reading, field_name: str = "value") -> dict[str, Any]:
    is_value = field_name == "value"
    return {
        "value": getattr(reading, field_name),
        "lower": reading.lower95 if is_value else None,
        "upper": reading.upper95 if is_value else None,
        "status": reading.value_status,
    }


def chart_bounds(reading: Reading) -> dict[str, Any]:
    """The least and the most that a figure could be, where records that do not say leave it open."""
    return {
        "lowest": reading.lowest if reading.has_bounds else None,
        "highest": reading.highest if reading.has_bounds else None,
    }


def make_chart(
    spec: ExhibitSpec,
    context: Context,
    kind: str,
    frame: pd.DataFrame,
    *,
    title: Sentence,
    subtitle: str,
    indicator: Indicator,
    shown: Sequence[Reading],
    **more: Any,
) -> Chart:
    """The chart of an exhibit, with what every kind of chart is told."""
    is_count = spec.field == "numerator"
    label = (indicator.numerator_label or "offences") if is_count else indicator.unit
    return Chart(
        kind=kind,
        frame=frame,
        title=plain(title),
        subtitle=subtitle,
        value_label=label,
        alt_text=describe_chart(kind, title, subtitle, shown),
        marking=SEPARATOR.join(context.marks),
        decimals=0 if is_count else indicator.decimals,
        **more,
    )


CHART_WORDS = {
    "trend": "Line chart",
    "ranked_dots": "Dot plot with intervals, sorted by value",
    "share_dots": "Dot plot of shares with intervals and a benchmark",
    "definition_bars": "Bar chart of definitions",
    "waterfall": "Waterfall chart, from the reference to the area",
    "control": "Control chart of months with the limits of chance",
    "funnel": "Funnel plot of places by size, with limits",
    "lorenz": "Lorenz curve, the busiest places first",
    "pyramid": "Two sides back to back, a band of ages a row",
    "spine": "Spine chart, a measure a row",
    "multiples": "Small line charts on one scale, a district each",
    "slope": "Slope chart of ranks, one line a district",
    "bars": "Bar chart with intervals",
    "choropleth": "Map in five classes",
    "heat_map": "Grid of days and hours, darker for more",
    "hundred_squares": "A hundred squares, coloured by share",
}


def describe_chart(kind: str, title: Sentence, subtitle: str, shown: Sequence[Reading]) -> str:
    hidden = too_few(shown)
    missing = sum(reading.value_status == NOT_AVAILABLE for reading in shown)
    parts = [f"{CHART_WORDS[kind]}. {plain(title)}. {subtitle}."]
    if hidden:
        parts.append(f"{hidden} {'figure is' if hidden == 1 else 'figures are'} too few to report.")
    if missing:
        parts.append(f"{missing} {'figure is' if missing == 1 else 'figures are'} not available.")
    parts.append("The table holds every figure.")
    return " ".join(parts)


def descending(rows: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading]]:
    return sorted(rows, key=lambda row: (row[1].value is None, -(row[1].value or 0), row[0]))


def first_number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 999


def spoken(label: str, breakdown: str) -> str:
    if breakdown == "age_band":
        return label.replace("-", " to ").replace("+", " and over")
    # A label becomes part of a sentence: only an ordinary word loses its capital.
    is_word = len(label) > 1 and label[0].isupper() and label[1].islower()
    return label[0].lower() + label[1:] if is_word else label


def to_geo_frame(rows: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:

    return gpd.GeoDataFrame(list(rows), geometry="geometry", crs="EPSG:4326")
