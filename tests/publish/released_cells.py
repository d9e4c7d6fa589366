"""Counts of districts by month, as the cells of a release."""

from __future__ import annotations

import numpy as np
import pandas as pd


def cells_of(counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    """One cell a (district or '', month or year): districts add up to the area, months to the year."""
    rows = [
        {
            "measure_id": "violence", "lens_id": "", "area_type": "lad" if area else "vru", "area_code": area or "X1",
            "period_type": "financial_year" if period == "year" else "month",
            "period_start": pd.Timestamp("2023-04-01" if period == "year" else f"2023-{period}-01"),
            "period_end": pd.Timestamp("2024-03-31" if period == "year" else f"2023-{period}-28"),
            "breakdown": "none", "breakdown_value": "", "split": "all", "count": float(count), "threshold": 5.0,
        }
        for (area, period), count in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(cell_id=range(len(rows)), cost=np.nan, base_together=np.nan)
