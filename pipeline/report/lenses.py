"""The definitions of serious violence: which there are, which is the area's own, and what was published of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.report.numbers import REPORTED, SUPPRESSED, SYMBOLS
from pipeline.report.published import Reading, records
from pipeline.report.selection import Context, in_first_period_type, in_period, latest_period, select
from pipeline.report.specs import YEARS
from pipeline.report.tables import Cell, count

Row = dict[str, Any]


def lens_rows(context: Context) -> list[Row]:
    """The definitions in their published order."""
    return sorted(
        records(context.published.tables["lenses"]), key=lambda row: (row["sort_order"] or 0, row["lens_id"])
    )


def lens_titles(context: Context) -> dict[str, str]:
    """What each definition is called in a sentence or a column, in their published order."""
    return {row["lens_id"]: str(row["short_title"] or row["title"]) for row in lens_rows(context)}


def own_lens(context: Context) -> str:
    """The area's own definition: the local one, else the one that the assessment names."""
    local = next((row["lens_id"] for row in lens_rows(context) if row["is_local"]), None)
    return str(local or context.settings.assessment.definition.lens_id)


def lens_cells(context: Context, indicator_id: str) -> dict[str, Reading]:
    """By definition, the figure of the latest year in which one is told."""
    if indicator_id not in context.published.indicators:
        return {}
    cells = in_first_period_type(select(context, indicator_id), YEARS)
    period = latest_period(cells)
    if period is None:
        ends = max((reading.period_end for reading in cells), default=None)
        return {reading.lens_id: reading for reading in cells if reading.period_end == ends}
    return {reading.lens_id: reading for reading in in_period(cells, period)}


def lens_pairs(
    context: Context,
    statistic: str,
    *,
    is_own_first: bool = True,
    beside: Mapping[tuple[str, str], Row] | None = None,
) -> Mapping[tuple[str, str], Row]:
    """By the other definition and the item, the latest published comparison of the area's own with each other one.

    With `is_own_first` the own is what is compared, else what the others are compared with. Where it stands `beside`
    another comparison it is of that one's period.
    """
    first, second = ("lens_id", "other_lens_id") if is_own_first else ("other_lens_id", "lens_id")
    own, assessment = own_lens(context), context.settings.assessment
    table = context.published.tables["lens_comparisons"]
    rows = [
        row
        for row in records(table[(table["statistic"] == statistic) & (table[first] == own)])
        if row["area_code"] == assessment.area.code and row["period_end"] <= assessment.cut_off
    ]
    if beside is not None:
        periods = {(row["period_type"], row["period_end"]) for row in beside.values()}
        rows = [row for row in rows if (row["period_type"], row["period_end"]) in periods]
    for period_type in YEARS:
        found = [row for row in rows if row["period_type"] == period_type]
        told = [row for row in found if row["value_status"] == REPORTED] or found
        if told:
            latest = max(row["period_end"] for row in told)
            return {
                (str(row[second]), str(row["item"] or "")): row
                for row in found
                if row["period_end"] == latest
            }
    return {}


def is_open(row: Row) -> bool:
    """Whether records that do not say could undo a change of a district, or make one; also where nobody knows."""
    value, lowest, highest = row["value"] or 0, row["lowest"], row["highest"]
    if lowest is None or highest is None:
        return True
    return bool(lowest < 0 or highest > 0) if value == 0 else bool(lowest <= 0 <= highest)


def told(row: Row | None, decimals: int, field: str = "value") -> Cell:
    """A number of a published comparison, or the sign of why there is none."""
    if row is not None and row["value_status"] != REPORTED:
        return Cell(SYMBOLS[row["value_status"]], status=row["value_status"])
    return count(row[field] if row is not None else None, decimals)


def told_bound(row: Row | None, decimals: int, field: str) -> Cell:
    """A bound of a figure, with the sign of what is hidden where the figure is told and its bound is not."""
    is_hidden = row is not None and row["value_status"] == REPORTED and row[field] is None
    return Cell(SYMBOLS[SUPPRESSED], status=SUPPRESSED) if is_hidden else told(row, decimals, field)
