"""Where a place stands: its latest figure of each indicator, and the published comparisons of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.report.comparisons import comparator_of, year_before_of
from pipeline.report.numbers import NOT_APPLICABLE, SYMBOLS, format_value
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import Context, latest, select, year_earlier
from pipeline.report.sentences import Comparator, rule_changes
from pipeline.report.specs import YEARS
from pipeline.report.tables import Cell


@dataclass(frozen=True)
class Standing:
    """An indicator's latest figure, what it was a year before, and what it is set beside.

    `recording_changes` are what changed in recording since then: with any, the year before is not set beside it.
    """

    indicator: Indicator
    reading: Reading
    year_before: Comparator | None
    comparator: Comparator | None
    recording_changes: tuple[str, ...]


def standings(context: Context) -> Iterator[Standing]:
    """Every indicator with a figure of a year for the place, definitions of serious violence apart."""
    for name, indicator in context.published.indicators.items():
        cells = [reading for reading in select(context, name) if not reading.lens_id]
        reading = latest(cells, YEARS)
        if reading is None:
            continue
        before = year_earlier(cells, reading)
        breaks = context.breaks_of(name, [reading.split])
        beside = year_before_of(context, reading)
        is_compared = before is not None and beside is not None
        changed = tuple(rule_changes(breaks, before, reading)) if is_compared and before is not None else ()
        yield Standing(
            indicator,
            reading,
            beside if is_compared and not changed else None,
            comparator_of(context, reading),
            changed,
        )


def cell_beside(comparator: Comparator | None, indicator: Indicator) -> Cell:
    """The value of what a figure is set beside, as a cell of a table; [z] where there is nothing."""
    if comparator is None:
        return Cell(SYMBOLS[NOT_APPLICABLE], status=NOT_APPLICABLE)
    text = format_value(comparator.value, indicator.decimals, indicator.unit)
    return Cell(text, comparator.value, indicator.decimals, comparator.cell_id, comparator.field)


# Which verdict is the worse one, by the declared direction of an indicator; one that is neutral has none.
WORSE = {("lower_is_better", "higher than"), ("higher_is_better", "lower than")}


def is_worse(indicator: Indicator, comparator: Comparator | None) -> bool:
    """Whether the published verdict says that a figure is worse than what it is set beside."""
    return comparator is not None and (indicator.direction, comparator.word) in WORSE


def distance(reading: Reading, comparator: Comparator | None) -> float:
    """The logarithm of how many times the smaller of two published figures the larger is."""
    value, other = reading.value or 0.0, comparator.value if comparator is not None else 0.0
    low, high = sorted((abs(value), abs(other)))
    return math.log(high / low) if low else math.inf
