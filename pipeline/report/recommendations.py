"""The analyst's recommendations: who does what, and the published figure by which it will be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.report.anatomy import Gap, period_of
from pipeline.report.blocks import Block, GapNote, TableBlock
from pipeline.report.numbers import format_date
from pipeline.report.selection import Context, latest, select
from pipeline.report.specs import YEARS, build_row
from pipeline.report.tables import Cell, Column, Table, published_cell, words
from pipeline.settings import ConfigurationError

FILE = "recommendations.yml"


@dataclass(frozen=True)
class Recommendation:
    """What is recommended, to whom, and how it will be seen; `measure` is the id of an indicator."""

    recommendation: str
    owner: str
    measure: str
    target: str
    by: str
    # Who wrote it, and when.
    author: str
    written: str


def recommendations(context: Context) -> Sequence[Block]:
    """The table of recommendations with their baselines; a note on how to write them where there are none.

    Raises ConfigurationError where an entry lacks something or names no indicator.
    """
    file = context.settings.assessment.folder / FILE
    found = read_recommendations(file) if file.is_file() else ()
    if not found:
        ask = f"Write them in {FILE}, beside the assessment file: docs/report.md shows how."
        gap = Gap("recommendations", "Recommendations", "None are written yet.", ask)
        return [GapNote((gap,))]
    rows = []
    for number, one in enumerate(found, start=1):
        indicator = context.published.indicators.get(one.measure)
        if indicator is None:
            raise ConfigurationError(
                f"{file}: recommendation {number} is measured by {one.measure!r}, which is no indicator: "
                "`sna dictionary` lists them."
            )
        reading = latest(select(context, one.measure), YEARS)
        baseline = published_cell(reading, "value", indicator) if reading is not None else Cell("none yet")
        rows.append(
            (
                words(one.recommendation),
                words(one.owner),
                words(f"{indicator.title}, {indicator.unit}"),
                baseline,
                words(period_of(reading) if reading is not None else ""),
                words(one.target),
                words(one.by),
            )
        )
    columns = (
        Column("Recommendation"), Column("Owner"), Column("Measured by"), Column("Baseline", True),
        Column("In"), Column("Target"), Column("By"),
    )  # fmt: skip
    written = sorted({f"{one.author}, {one.written}" for one in found})
    note = f"Written by {'; '.join(written)}. The baselines are published figures and are filled in anew each time."
    return [TableBlock("recommendations", "Recommendations", Table(columns, tuple(rows)), note)]


def read_recommendations(file: Path) -> tuple[Recommendation, ...]:
    """The entries of the file in its order; ConfigurationError says which is wrong."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file} cannot be read as YAML ({' '.join(str(error).split())}).") from None
    if content is None:
        return ()
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise ConfigurationError(f"{file} must be a list: each entry begins with `- recommendation:`.")
    return tuple(
        build_row(file, Recommendation, {name: _text(value) for name, value in row.items()})
        for row in content
    )


def _text(value: object) -> str:
    return format_date(value) if hasattr(value, "isoformat") else str(value)  # type: ignore[arg-type]
