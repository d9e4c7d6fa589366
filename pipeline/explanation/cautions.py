"""The published cautions that touch one figure: by its dates, and by what calls each forth."""

from __future__ import annotations

import pandas as pd

from pipeline.breaks import find_force_gaps
from pipeline.caveats import TRIGGERS, Shown, describe_figures
from pipeline.explanation.background import Background, Row

DAYS = ("start_date", "end_date")


def find_cautions(background: Background, cell: Row) -> tuple[str, ...]:
    """The texts of the published cautions on an indicator that touch this cell of it, in published order."""
    shown = _show(background, cell)
    triggers = {row["caveat_id"]: row["trigger"] for row in background.seeds["caveats"]}
    return tuple(
        row["text"]
        for row in background.tables["caveats"]
        if row["indicator_id"] == cell["indicator_id"]
        and row["first_period"] <= cell["period_end"]
        and cell["period_start"] <= row["last_period"]
        and TRIGGERS[triggers[row["caveat_id"]]](shown).any()
    )


def _show(background: Background, cell: Row) -> Shown:
    """The one figure, as if it were all that is published."""
    tables, seeds = background.tables, background.seeds
    figure = _dated(pd.DataFrame([cell]), ("period_start", "period_end"))
    own = [row for row in tables["indicators"] if row["indicator_id"] == cell["indicator_id"]]
    breaks = [row for row in tables["series_breaks"] if row["indicator_id"] == cell["indicator_id"]]
    columns = ["break_id", "indicator_id", "offence_subgroup", "is_of_flag_alone", *DAYS, "kind", "label"]
    part = ["indicator_id", "breakdown", "breakdown_value", "is_crime_survey"]
    gaps = find_force_gaps(
        _dated(pd.DataFrame(seeds["series_breaks"]).replace("", None), DAYS),
        pd.DataFrame(seeds["series_break_measures"]),
    )
    return Shown(
        describe_figures(figure, pd.DataFrame(own)),
        _dated(pd.DataFrame(breaks, columns=columns), DAYS),
        pd.DataFrame(tables["benchmarks"], columns=part),
        gaps,
        pd.DataFrame(seeds["lad_code_changes"]),
    )


def _dated(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in columns})
