"""Published figures of like areas, to test what is told of them together."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.area_sets import AreaSet, find_sets
from pipeline.publish.keys import CELL
from pipeline.publish.protect import SUPPRESSED

MULTIPLIERS = {"rate": 1000.0, "share": 100.0, "count": 1.0, "ratio": 1.0}


def figures(
    counts: list[float | None],
    totals: list[float] | float = 1000.0,
    *,
    area_type: str = "msoa",
    kind: str = "rate",
    indicator_id: str = "crimes",
    year: int = 2023,
    error: float = 0.0,
) -> pd.DataFrame:
    """One published figure an area, M00, M01…, of neighbourhoods, or D00… of districts; a count of None is hidden.

    Limits are two roots of the count away, as good as chance.
    """
    people = totals if isinstance(totals, list) else [totals] * len(counts)
    letter = {"lad": "D", "msoa": "M"}[area_type]
    return pd.DataFrame(
        [
            {
                "indicator_id": indicator_id,
                "lens_id": "",
                "area_code": f"{letter}{number:02}",
                "area_type": area_type,
                "period_type": "financial_year",
                "period_start": pd.Timestamp(year, 4, 1),
                "period_end": pd.Timestamp(year + 1, 3, 31),
                "breakdown": "none",
                "breakdown_value": "",
                "split": "all",
                "numerator": count,
                "denominator": None if count is None else people[number],
                "value": None if count is None else count / people[number] * MULTIPLIERS[kind],
                "lower95": None
                if count is None
                else (count - 2 * count**0.5) / people[number] * MULTIPLIERS[kind],
                "upper95": None
                if count is None
                else (count + 2 * count**0.5) / people[number] * MULTIPLIERS[kind],
                "value_status": "suppressed" if count is None else "reported",
                "status_reason": SUPPRESSED if count is None else "",
                "kind": kind,
                "error": error,
            }
            for number, count in enumerate(counts)
        ]
    )


def sets_of(*frames: pd.DataFrame) -> list[AreaSet]:
    """The sets of these figures, known while nine areas of ten are shown."""
    values = pd.concat(frames, ignore_index=True)
    indicators = values[["indicator_id", "kind"]].drop_duplicates()
    indicators = indicators.assign(multiplier=indicators["kind"].map(MULTIPLIERS), decimals=1)
    rounding = values[CELL].assign(numerator_error=values["error"], denominator_error=0.0)
    return find_sets(values.drop(columns=["kind", "error"]), indicators, rounding, 0.9)
