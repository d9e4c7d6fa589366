"""What a published figure is set beside, with the verdict of the published comparison: the report draws none itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.report.published import Reading
from pipeline.report.selection import Context
from pipeline.report.sentences import Comparator

# A verdict of the published comparisons, as a sentence says it; the others are no comparison.
WORDS_OF_VERDICTS = {"higher": "higher than", "lower": "lower than", "similar": "similar to"}
# What may be drawn beside a figure though nothing is said of it: two figures that are alike in kind.
DRAWN = [*WORDS_OF_VERDICTS, "cannot_be_told"]
# The widest place first; a benchmark where no place is published for the same cell.
KINDS = ["country", "region", "neighbours", "benchmark"]


def comparator_of(context: Context, reading: Reading) -> Comparator | None:
    """The widest place published for the same cell, else its benchmark; for a district first the rest of its area.

    None without one.
    """
    kinds = ["area", *KINDS] if context.district else KINDS
    found = [row for kind in kinds for row in _beside(context, reading, kind)]
    return _describe(reading, found[0]) if found else None


def benchmark_of(context: Context, reading: Reading) -> Comparator | None:
    """The benchmark; None without one. A standard, which has no period, stands in only where there is no other."""
    found = _beside(context, reading, "benchmark")
    return _describe(reading, found[0]) if found else None


def year_before_of(context: Context, reading: Reading) -> Comparator | None:
    """The same figure a year before; None where it is not published."""
    found = _beside(context, reading, "previous_year")
    return _describe(reading, found[0]) if found else None


def rest_of_area(context: Context, reading: Reading) -> Comparator | None:
    """The rest of the area, beside one of its districts; None where it is not published."""
    found = _beside(context, reading, "area")
    return _describe(reading, found[0]) if found else None


def verdicts_of(context: Context, rows: Sequence[tuple[str, Reading]]) -> dict[str, str]:
    """By label the word of each district's published comparison with the rest of its area, '' where it cannot be told.

    Places that are set beside no rest are not in it.
    """
    rests = ((label, rest_of_area(context, reading)) for label, reading in rows)
    return {label: rest.word for label, rest in rests if rest is not None}


def _beside(context: Context, reading: Reading, kind: str) -> Sequence[dict[str, Any]]:
    """The published comparisons of a cell with one kind of thing that has a figure, those with a period first."""
    found = context.published.comparisons.get((reading.cell_id, kind), ())
    return sorted(found, key=lambda row: row["comparator_end"] is None)


def _describe(reading: Reading, row: dict[str, Any]) -> Comparator:
    label = str(row["comparator_label"])
    return Comparator(
        # A name keeps its capital within a sentence; words do not.
        label[:1].lower() + label[1:] if row["comparator_kind"] in ("area", "neighbours") else label,
        float(row["comparator_value"]),
        WORDS_OF_VERDICTS.get(str(row["verdict"]), ""),
        str(row["reason"] or ""),
        is_drawn=row["verdict"] in DRAWN,
        cell_id=reading.cell_id,
        field=f"beside_{row['comparator_kind']}",
    )
