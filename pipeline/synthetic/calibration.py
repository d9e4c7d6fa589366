"""Published figures that the made-up deliveries are scaled to; every one has a source in calibration.csv."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent
Figures = Mapping[tuple[str, str, str], float]


@cache
def read_figures() -> Figures:
    """Every figure by metric, item and period ('' where a figure has neither)."""
    with (FOLDER / "calibration.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    figures = {(row["metric"], row["item"], row["period"]): float(row["value"]) for row in rows}
    if len(figures) != len(rows):
        raise ValueError("calibration.csv: a metric, item and period appears twice")
    return MappingProxyType(figures)


def figure(metric: str, item: str = "", period: str | None = None) -> float:
    """The one figure of that metric and item, of that period where several are held."""
    figures = read_figures()
    if period is not None:
        return figures[metric, item, period]
    found = [value for (name, thing, _), value in figures.items() if (name, thing) == (metric, item)]
    if len(found) != 1:
        raise ValueError(f"calibration.csv: {len(found)} figures for {metric} {item}: one expected")
    return found[0]


def items(metric: str) -> dict[str, float]:
    """The figures of one metric by item."""
    return {thing: value for (name, thing, _), value in read_figures().items() if name == metric}
