"""Every count behind a figure as one cell."""

from __future__ import annotations

import pandas as pd

from pipeline.publish.limits import find_limits

KEY = [
    "measure_id", "lens_id", "area_type", "area_code", "period_type", "period_start",
    "breakdown", "breakdown_value", "split",
]  # fmt: skip


def numerator_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of each figure's numerator: columns KEY, one row a figure."""
    return figures.assign(measure_id=figures["numerator_measure_id"], split=figures["numerator_split"])[KEY]


def denominator_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of each figure's denominator; measure_id is null where it is a population or there is none."""
    return figures.assign(
        measure_id=figures["denominator_measure_id"],
        breakdown=figures["denominator_breakdown"],
        breakdown_value=figures["denominator_breakdown_value"],
        split=figures["denominator_split"],
    )[KEY]


def unknown_keys(figures: pd.DataFrame) -> pd.DataFrame:
    """The cell of the records of which nobody knows whether a share counts them; measure_id is null of others."""
    return figures.assign(
        measure_id=figures["unknown_measure_id"].where(figures["unknown"].notna()),
        split=figures["unknown_split"],
    )[KEY]


def read_cells(figures: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """One row a count that stands behind some figure: KEY, count, threshold, base_alone, base_together, period_end.

    `figures` are rows of fct_indicator_values; `policies` those of dim_policies. A count whose own figure
    is not told, because too many flags are unknown, can still be worked out from others: it is a cell too. Each count
    that is not hidden is rounded to `base_alone` by itself, or all are rounded to `base_together` so that they add up.
    """
    known = figures[figures["numerator"].notna() & (figures["value_status"] != "not_applicable")]
    numerators = numerator_keys(known).assign(
        count=known["numerator"], policy_id=known["policy_id"], period_end=known["period_end"]
    )
    counted = known[known["denominator_measure_id"].notna() & known["denominator"].notna()]
    denominators = denominator_keys(counted).assign(
        count=counted["denominator"],
        policy_id=counted["denominator_policy_id"],
        period_end=counted["period_end"],
    )
    bounded = known[known["unknown"].notna()]
    unknowns = unknown_keys(bounded).assign(
        count=bounded["unknown"], policy_id=bounded["policy_id"], period_end=bounded["period_end"]
    )
    cells = pd.concat([numerators, denominators, unknowns]).drop_duplicates(KEY, ignore_index=True)
    return cells.join(find_limits(cells, policies)).assign(cell_id=range(len(cells)))
