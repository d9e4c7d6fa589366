"""Which cautions apply to what is published, and for which periods."""

from __future__ import annotations

import pandas as pd

from pipeline.caveats import TRIGGERS, Shown, describe_figures

COLUMNS = ["caveat_id", "sort_order", "section", "text", "indicator_id", "first_period", "last_period",
           "source", "status"]  # fmt: skip


def find_caveats(caveats: pd.DataFrame, shown: Shown) -> pd.DataFrame:
    """One row a caution that applies and indicator to which it does, with the first and last period: COLUMNS."""
    found = []
    for caveat in caveats.itertuples():
        figures = shown.figures[TRIGGERS[str(caveat.trigger)](shown)]
        periods = figures.groupby("indicator_id", sort=True).agg(
            first_period=("period_start", "min"), last_period=("period_end", "max")
        )
        found.append(
            periods.reset_index().assign(
                **{name: getattr(caveat, name) for name in COLUMNS if name not in ("indicator_id", *periods)}
            )
        )
    return pd.concat(found, ignore_index=True)[COLUMNS].sort_values(
        ["sort_order", "indicator_id"], ignore_index=True
    )


def gather_shown(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    breaks: pd.DataFrame,
    benchmarks: pd.DataFrame,
    force_gaps: pd.DataFrame,
    code_changes: pd.DataFrame,
) -> Shown:
    """What is published, from the published frames: reported figures alone."""
    reported = values[values["value_status"] == "reported"]
    return Shown(describe_figures(reported, indicators), breaks, benchmarks, force_gaps, code_changes)
