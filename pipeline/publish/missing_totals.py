"""Totals that are told nowhere and tie together what is: each is what some told counts add up to, and no more."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.cells import KEY
from pipeline.publish.periods_within import find_within
from pipeline.publish.relations import SPLITS

# What periods are filled by, shorter ones first. A rolling year may be one of the calendar, or a financial year.
FILLED_BY = {
    "quarter": ("month",),
    "calendar_year": ("month", "quarter", "rolling_year"),
    "financial_year": ("month", "quarter", "rolling_year"),
    "rolling_year": ("month", "quarter"),
    "pooled_years": ("month", "quarter", "financial_year", "rolling_year"),
}


def add_missing_totals(
    cells: pd.DataFrame, breakdown_parts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells with the totals that are missing among them, and what each total, missing or not, is the sum of.

    `cells` has KEY, cell_id (their number), period_end and threshold, one row a key; `breakdown_parts` are rows of that
    seed. A total is missing where all its parts are there and it is not: all, of three splits; a value of a wider
    breakdown; a longer period in which something is told, of shorter ones that fill it from its first day to its last.
    The second frame has `total_cell`, `part_cell`, `made_of`, split, value or a type of period, and `step`: what is
    added up at one was made before.
    """
    windows = _find_windows(cells)
    steps = [("split", ""), ("value", "")]
    steps += [(filling, filled) for filled, filled_by in FILLED_BY.items() for filling in filled_by]
    sums = []
    for step, (made_of, filled) in enumerate(steps):
        if made_of == "split":
            parts = _of_splits(cells)
        elif made_of == "value":
            parts = _of_values(cells, breakdown_parts)
        else:
            whole = windows[windows["period_type"] == filled]
            parts = _of_periods(cells[cells["period_type"] == made_of], whole)
        cells, found = _add_up(cells, parts)
        sums.append(found.assign(made_of=made_of, step=step))
    return cells, pd.concat(sums, ignore_index=True)


def _find_windows(cells: pd.DataFrame) -> pd.DataFrame:
    """The periods in which something is told, those of one first and last day under one type."""
    names = ["period_type", "period_start", "period_end"]
    windows = cells[names].drop_duplicates()
    order = windows["period_type"].map({name: at for at, name in enumerate(FILLED_BY)})
    return windows.assign(order=order).sort_values(["order", *names]).drop_duplicates(names[1:])[names]


def _of_splits(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of which all three splits are there, with the key of their total."""
    parts = cells[cells["split"].isin(SPLITS)].assign(split="all", part_cell=cells["cell_id"])
    return parts[parts.groupby(KEY)["part_cell"].transform("size") == len(SPLITS)]


def _of_values(cells: pd.DataFrame, breakdown_parts: pd.DataFrame) -> pd.DataFrame:
    """The cells of which all values inside a wider one are there, with the key of that."""
    wider = ["wider_breakdown", "wider_value"]
    size = breakdown_parts.groupby(wider)["breakdown_value"].transform("size")
    pairs = cells.merge(breakdown_parts.assign(size=size), on=["breakdown", "breakdown_value"])
    parts = pairs.assign(
        breakdown=pairs["wider_breakdown"], breakdown_value=pairs["wider_value"], part_cell=pairs["cell_id"]
    )
    is_whole = parts.groupby(KEY)["part_cell"].transform("size") == parts["size"]
    return parts.loc[is_whole, [*cells.columns, "part_cell"]]


def _of_periods(cells: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """The cells of periods that fill a longer one together, with the key of their total."""
    parts = find_within(cells, windows).assign(part_cell=lambda found: found["cell_id"])
    days, length = (
        (parts["period_end"] - parts["period_start"]).dt.days + 1,
        (parts["period_end_whole"] - parts["period_start_whole"]).dt.days + 1,
    )
    parts = parts.assign(
        days=days, length=length,
        **{name: parts[f"{name}_whole"] for name in ("period_type", "period_start", "period_end")},
    )  # fmt: skip
    is_filled = parts.groupby(KEY)["days"].transform("sum") == parts["length"]
    return parts.loc[is_filled, [*cells.columns, "part_cell"]]


def _add_up(cells: pd.DataFrame, parts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells with the totals of parts, numbered on, under the strictest threshold of their parts; and the pairs."""
    totals = parts.drop(columns="cell_id").merge(cells[[*KEY, "cell_id"]], on=KEY, how="left")
    is_missing = totals["cell_id"].isna()
    missing = totals[is_missing].assign(
        threshold=totals[is_missing].groupby(KEY)["threshold"].transform("max")
    )
    missing["cell_id"] = missing.groupby(KEY).ngroup() + len(cells)
    totals.loc[is_missing, "cell_id"] = missing["cell_id"]
    pairs = pd.DataFrame({"total_cell": totals["cell_id"].astype("int64"), "part_cell": totals["part_cell"]})
    numbered = missing.drop_duplicates("cell_id").sort_values("cell_id")[cells.columns]
    return pd.concat([cells, numbered], ignore_index=True), pairs
