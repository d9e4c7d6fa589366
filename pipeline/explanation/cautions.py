"""The published cautions that touch one figure: by its dates, and by what calls each forth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from pipeline.breaks import find_force_gaps
from pipeline.caveats import TRIGGERS, Shown, describe_figures
from pipeline.explanation.background import Background, Row, name_cell

DAYS = ("start_date", "end_date")


def find_cautions(background: Background, cell: Row) -> tuple[str, ...]:
    """The texts of the published cautions on an indicator that touch this cell of it, in published order."""
    at_once = (cell["indicator_id"], cell["period_start"], cell["period_end"])
    found = background.once(("cautions", *at_once), lambda: _find_all(background, *at_once))
    return found[name_cell(cell)]


def _find_all(
    background: Background, indicator_id: str, start: date, end: date
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The cautions on every cell of an indicator in a period, by its name.

    Where all have one period, what touches a figure beside the others is what touches it alone.
    """
    cells = [
        cell
        for cell in background.cells_of(indicator_id)
        if (cell["period_start"], cell["period_end"]) == (start, end)
    ]
    beside = background.once(("shown", indicator_id), lambda: _show_beside(background, indicator_id))
    figures = _dated(pd.DataFrame(cells), ("period_start", "period_end"))
    shown = replace(beside, figures=describe_figures(figures, beside.figures))
    triggers = {row["caveat_id"]: row["trigger"] for row in background.seeds["caveats"]}
    touched = [
        (row["text"], TRIGGERS[triggers[row["caveat_id"]]](shown).tolist())
        for row in background.tables["caveats"]
        if row["indicator_id"] == indicator_id and row["first_period"] <= end and start <= row["last_period"]
    ]
    return {
        name_cell(cell): tuple(text for text, is_touched in touched if is_touched[place])
        for place, cell in enumerate(cells)
    }


def _show_beside(background: Background, indicator_id: str) -> Shown:
    """What is shown beside every figure of an indicator; the indicator itself in the place of its figures."""
    tables, seeds = background.tables, background.seeds
    own = [row for row in tables["indicators"] if row["indicator_id"] == indicator_id]
    breaks = [row for row in tables["series_breaks"] if row["indicator_id"] == indicator_id]
    columns = ["break_id", "indicator_id", "offence_subgroup", "is_of_flag_alone", *DAYS, "kind", "label"]
    part = ["indicator_id", "breakdown", "breakdown_value", "is_crime_survey"]
    gaps = find_force_gaps(
        _dated(pd.DataFrame(seeds["series_breaks"]).replace("", None), DAYS),
        pd.DataFrame(seeds["series_break_measures"]),
    )
    return Shown(
        pd.DataFrame(own),
        _dated(pd.DataFrame(breaks, columns=columns), DAYS),
        pd.DataFrame(tables["benchmarks"], columns=part),
        gaps,
        pd.DataFrame(seeds["lad_code_changes"]),
    )


def _dated(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in columns})
