"""How well each police force fills the domestic abuse flag, one line a force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.report.blocks import TableBlock
from pipeline.report.numbers import NOT_AVAILABLE, STATUS_WORDS, format_number
from pipeline.report.published import records
from pipeline.report.selection import Context
from pipeline.report.tables import Column, Table, sentence_case, words

LATEST_MONTHS = 12
NOTE = (
    "Of violence against the person. A record looks domestic where victim and suspect are partners or family and both "
    "are 16 or over, or where a repeat victim of domestic abuse is recorded in a dwelling: a check of the flag, never "
    "counted as domestic abuse. Counts are rounded before a percentage is made. data/flag_audit.csv has every month, "
    "and all recorded crime."
)
# The signals of the audit, and what they are of.
SIGNALS = {"completeness_signal": "Flag filled", "domestic_signal": "Share flagged"}

Row = Mapping[str, Any]


def flags_table(context: Context) -> Sequence[TableBlock]:
    """One line a force: the flag in the latest 12 months, and the months of any year that stand out."""
    forces: dict[str, list[Row]] = {}
    for row in records(context.published.tables["flag_audit"]):
        if row["measure_id"] == "violence":
            forces.setdefault(str(row["police_force_name"]), []).append(row)
    if not forces:
        return []
    columns = (
        Column("Police force"),
        Column(f"Flag filled, a month of the latest {LATEST_MONTHS}"),
        Column(f"Looks domestic, not flagged, a month of the latest {LATEST_MONTHS}"),
        Column("Months that stand out"),
    )
    rows = tuple(
        (
            words(name),
            words(_span(months, "completeness")),
            words(_span(months, "expected_not_flagged")),
            words(_jumps(months)),
        )
        for name, months in forces.items()
    )
    return [TableBlock("flag-audit", "The domestic abuse flag, force by force", Table(columns, rows), NOTE)]


def _span(months: Sequence[Row], figure: str) -> str:
    """The lowest and the highest of the latest months, or why there is none."""
    latest = months[-LATEST_MONTHS:]
    shown = [row[f"{figure}_percent"] for row in latest if row[f"{figure}_percent"] is not None]
    if not shown:
        statuses = {str(row[f"{figure}_status"]) for row in latest}
        return sentence_case(STATUS_WORDS[statuses.pop() if len(statuses) == 1 else NOT_AVAILABLE])
    low, high = f"{format_number(min(shown), 1)}%", f"{format_number(max(shown), 1)}%"
    return low if low == high else f"{low} to {high}"


def _jumps(months: Sequence[Row]) -> str:
    """For example "Flag filled: September to November 2022"."""
    found = []
    for signal, label in SIGNALS.items():
        runs = _runs([row["period_start"] for row in months if row[signal]])
        if runs:
            found.append(f"{label}: {'; '.join(runs)}.")
    return " ".join(found) or "None"


def _runs(starts: Sequence[date]) -> list[str]:
    """Months that follow one another as one span."""
    runs: list[list[date]] = []
    for start in starts:
        if runs and (start.year - runs[-1][-1].year) * 12 + start.month - runs[-1][-1].month == 1:
            runs[-1].append(start)
        else:
            runs.append([start])
    return [_name(run[0], run[-1]) for run in runs]


def _name(first: date, last: date) -> str:
    if first == last:
        return f"{first:%B %Y}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"
