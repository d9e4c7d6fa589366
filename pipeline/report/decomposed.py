"""The difference from a reference taken apart into the mix of offences and the shares within them, as published."""

from __future__ import annotations

from typing import Any

from pipeline.report.numbers import REPORTED
from pipeline.report.published import records
from pipeline.report.selection import Context

Row = dict[str, Any]


def latest_whole(context: Context, indicator_id: str) -> Row | None:
    """The row for all kinds together of the latest year, one that is told before one that is not."""
    wholes = [row for row in _of_area(context, indicator_id) if not row["offence_subgroup"]]
    told = [row for row in wholes if row["value_status"] == REPORTED] or wholes
    return max(told, key=lambda row: row["period_end"], default=None)


def kinds_of(context: Context, whole: Row) -> list[Row]:
    """The kinds of offence of that year, the most frequent here first."""
    same = ("period_start", "reference_name")
    kinds = [
        row
        for row in _of_area(context, whole["indicator_id"])
        if row["offence_subgroup"] and all(row[name] == whole[name] for name in same)
    ]
    return sorted(kinds, key=lambda row: (-(row["weight"] or 0), row["offence_subgroup"]))


def _of_area(context: Context, indicator_id: str) -> list[Row]:
    area, table = context.settings.assessment.area.code, context.published.tables["decompositions"]
    return records(table[(table["area_code"] == area) & (table["indicator_id"] == indicator_id)])
