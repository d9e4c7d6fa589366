"""Which published cells an exhibit is about: by indicator, place, period, breakdown and split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pipeline.report.numbers import year_before
from pipeline.report.published import Published, Reading
from pipeline.settings import Settings


@dataclass(frozen=True)
class Context:
    """What every exhibit is made from."""

    published: Published
    settings: Settings
    breaks: Sequence[dict[str, Any]]
    sources: dict[str, dict[str, Any]]
    marks: tuple[str, ...] = ()
    # The district that the report is about; empty where it is about the whole area.
    district: str = ""

    @property
    def focus(self) -> str:
        """The code of the place that the report is about."""
        return self.district or self.settings.assessment.area.code

    @property
    def place_name(self) -> str:
        return self.name_of(self.focus)

    @cached_property
    def parents(self) -> dict[str, str]:
        """Which larger area each published area lies in."""
        areas = self.published.tables["areas"]
        return dict(zip(areas["area_code"], areas["parent_code"], strict=True))

    @property
    def area_name(self) -> str:
        """The name of the whole area."""
        return self.settings.assessment.area.name

    def name_of(self, area_code: str) -> str:
        """The name of a place; an area without one is called by its code."""
        if area_code == self.settings.assessment.area.code:
            return self.area_name
        return self.published.area_names.get(area_code) or area_code

    def breaks_of(self, indicator_id: str, splits: Iterable[str]) -> list[dict[str, Any]]:
        """The changes and shadings that are drawn on the series of an indicator that are of these splits, by date.

        No series is drawn by kind of offence.
        """
        is_by_flag = any(split != "all" for split in splits)
        rows = [
            row
            for row in self.breaks
            if row["indicator_id"] == indicator_id
            and row["offence_subgroup"] == ""
            and (is_by_flag or not row["is_of_flag_alone"])
            and row["kind"] in ("rule_change", "shading", "recording_rise", "gradual")
        ]
        return sorted(rows, key=lambda row: (row["start_date"], str(row["label"])))


def select(
    context: Context,
    indicator_id: str,
    *,
    place: str = "focus",
    breakdown: str = "none",
    splits: Iterable[str] = ("all",),
    period_types: Sequence[str] = (),
    lens_id: str | None = None,
) -> list[Reading]:
    """The published cells of an indicator up to the edition's cut-off, in published order."""
    assessment = context.settings.assessment
    wanted = frozenset(splits)
    districts = frozenset(assessment.area.districts)
    area = assessment.area.code

    def is_here(reading: Reading) -> bool:
        return not context.district or context.parents.get(reading.area_code) == context.district

    def is_there(reading: Reading) -> bool:
        if place == "focus":
            return reading.area_code == context.focus
        if place == "area":
            return reading.area_code == area
        if place == "districts":
            return reading.area_code in districts
        if place == "neighbourhoods":
            return reading.area_type == "msoa" and is_here(reading)
        # Comparators: larger places, and the mean of places like this one; the area itself for a district of it.
        if reading.area_code == area:
            return bool(context.district)
        is_larger = reading.area_type in ("region", "country")
        return is_larger or (reading.area_type == "neighbours" and is_here(reading))

    return [
        reading
        for reading in context.published.readings.get(indicator_id, ())
        if reading.breakdown == breakdown
        and reading.split in wanted
        and reading.period_end <= assessment.cut_off
        and (not period_types or reading.period_type in period_types)
        and (lens_id is None or reading.lens_id == lens_id)
        and is_there(reading)
    ]


def has_rows(context: Context, indicator_id: str) -> bool:
    """Whether the published folder answers for an indicator at all."""
    return indicator_id in context.published.readings


def any_reported(rows: Iterable[Reading]) -> bool:
    """Whether at least one cell has a figure."""
    return any(reading.is_reported for reading in rows)


def in_first_period_type(rows: Sequence[Reading], period_types: Sequence[str]) -> list[Reading]:
    """The cells of the first kind of period that has a figure; else of the first that has cells."""
    for period_type in period_types:
        found = [reading for reading in rows if reading.period_type == period_type]
        if any_reported(found):
            return found
    for period_type in period_types:
        found = [reading for reading in rows if reading.period_type == period_type]
        if found:
            return found
    return []


def latest_period(rows: Iterable[Reading]) -> tuple[date, date] | None:
    """Start and end of the latest period with a figure."""
    ends = [(reading.period_end, reading.period_start) for reading in rows if reading.is_reported]
    if not ends:
        return None
    end, start = max(ends)
    return start, end


def in_period(rows: Iterable[Reading], period: tuple[date, date]) -> list[Reading]:
    """The cells of one period."""
    return [reading for reading in rows if (reading.period_start, reading.period_end) == period]


def latest(rows: Sequence[Reading], period_types: Sequence[str]) -> Reading | None:
    """The latest cell with a figure, in the first kind of period that has one."""
    found = [reading for reading in in_first_period_type(rows, period_types) if reading.is_reported]
    return max(found, key=lambda reading: reading.period_end) if found else None


def year_earlier(rows: Iterable[Reading], reading: Reading) -> Reading | None:
    """The cell of the same series one year before."""
    start = year_before(reading.period_start)
    for row in rows:
        if (
            row.period_type == reading.period_type
            and row.period_start == start
            and row.split == reading.split
        ):
            return row
    return None
