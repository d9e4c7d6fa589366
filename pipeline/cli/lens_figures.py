"""What has been published of lenses: figures with their status, never a hidden count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

FIGURES = ("lens_offences", "lens_offences_at_most", "lens_domestic_share", "lens_admissions")


@dataclass(frozen=True)
class LensFigure:
    """A published figure of all offences, or of one value of a breakdown: the value, or in words why there is none.

    `lowest` and `highest` are what it could be, whatever unknown flags hide; None where they are not told.
    """

    lens_id: str
    indicator_id: str
    breakdown: str
    breakdown_value: str
    title: str
    unit: str
    value: float | None
    lowest: float | None
    highest: float | None
    words: str


@dataclass(frozen=True)
class LensFigures:
    """The figures of some lenses for the latest financial year that was published of the area."""

    year: str
    figures: tuple[LensFigure, ...]

    def find(self, lens_id: str, indicator_id: str) -> LensFigure | None:
        """One figure of all offences; None where it is not published at all."""
        return next(
            (each for each in self.of_breakdown("none", indicator_id) if each.lens_id == lens_id), None
        )

    def of_breakdown(self, breakdown: str, indicator_id: str = "lens_offences") -> list[LensFigure]:
        """The figures of one indicator by the values of a breakdown, of all lenses."""
        return [
            each for each in self.figures if (each.breakdown, each.indicator_id) == (breakdown, indicator_id)
        ]


def read_lens_figures(published: Path, area_code: str, lens_ids: tuple[str, ...]) -> LensFigures | None:
    """The latest figures of lenses in a folder of published files; None where nothing has been published."""
    values, words = published / "indicator_values.parquet", published / "indicators.parquet"
    if not (values.exists() and words.exists()):
        return None
    import pandas as pd

    rows = pd.read_parquet(
        values,
        filters=[
            ("indicator_id", "in", FIGURES),
            ("lens_id", "in", lens_ids),
            ("area_code", "==", area_code),
            ("period_type", "==", "financial_year"),
            ("split", "==", "all"),
        ],
    )
    if rows.empty:
        return None
    first_day = rows["period_start"].max()
    titles = pd.read_parquet(words).set_index("indicator_id")
    figures = tuple(
        LensFigure(
            row.lens_id,
            row.indicator_id,
            row.breakdown,
            row.breakdown_value,
            titles.loc[row.indicator_id, "title"],
            titles.loc[row.indicator_id, "unit"],
            _number(row.value),
            _number(row.lowest),
            _number(row.highest),
            _words(
                row.value, row.value_status, row.status_reason, int(titles.loc[row.indicator_id, "decimals"])
            ),
        )
        for row in rows[rows["period_start"] == first_day].itertuples()
    )
    figures = tuple(sorted(figures, key=lambda each: FIGURES.index(each.indicator_id)))
    return LensFigures(f"{first_day.year}/{(first_day.year + 1) % 100:02}", figures)


def _number(published: float) -> float | None:
    return None if math.isnan(published) else float(published)


def _words(value: float, status: str, reason: str, decimals: int) -> str:
    if status == "reported":
        return f"{value:,.{decimals}f}"
    return status.replace("_", " ") + (f": {reason}" if reason else "")
