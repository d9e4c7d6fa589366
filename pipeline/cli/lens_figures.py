"""What has been published of lenses: figures with their status, never a hidden count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FIGURES = ("lens_offences", "lens_offences_at_most", "lens_domestic_share", "lens_admissions")


@dataclass(frozen=True)
class LensFigure:
    """A published figure: the value, or in words why there is none."""

    lens_id: str
    indicator_id: str
    title: str
    unit: str
    value: float | None
    words: str


@dataclass(frozen=True)
class LensFigures:
    """The figures of some lenses for the latest financial year that was published of the area."""

    year: str
    figures: tuple[LensFigure, ...]

    def find(self, lens_id: str, indicator_id: str) -> LensFigure | None:
        """One figure; None where it is not published at all."""
        found = [
            each for each in self.figures if (each.lens_id, each.indicator_id) == (lens_id, indicator_id)
        ]
        return found[0] if found else None


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
            ("breakdown", "==", "none"),
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
            titles.loc[row.indicator_id, "title"],
            titles.loc[row.indicator_id, "unit"],
            float(row.value) if row.value_status == "reported" else None,
            _words(
                row.value, row.value_status, row.status_reason, int(titles.loc[row.indicator_id, "decimals"])
            ),
        )
        for row in rows[rows["period_start"] == first_day].itertuples()
    )
    figures = tuple(sorted(figures, key=lambda each: FIGURES.index(each.indicator_id)))
    return LensFigures(f"{first_day.year}/{(first_day.year + 1) % 100:02}", figures)


def _words(value: float, status: str, reason: str, decimals: int) -> str:
    if status == "reported":
        return f"{value:,.{decimals}f}"
    return status.replace("_", " ") + (f": {reason}" if reason else "")
