"""A claim put to the test: each verdict with its statistic, and the published figures that went into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.explanation.background import CELL, Background, Row
from pipeline.explanation.origin import Drawn, draw_from
from pipeline.explanation.question import Question, find_area
from pipeline.periods import period_label, read_spans
from pipeline.settings import ConfigurationError

FIGURE_FIELDS = (*CELL, "numerator", "denominator", "value", "lowest", "highest", "value_status", "status_reason",
                 "source_id")  # fmt: skip
# What the flag audit is drawn from.
AUDIT = ("police_crimes", "fct_flag_audit")


@dataclass(frozen=True)
class Verdict:
    """One part of a claim: what was measured, what follows, and the figures by which anybody can do it again."""

    claim_id: str
    part: str
    area_code: str
    period_start: date
    period_end: date
    statistic: str
    value: float | None
    lower95: float | None
    upper95: float | None
    p_value: float | None
    area_count: int
    verdict: str
    sentence: str
    caveat: str
    # Further statistics, by name.
    numbers: dict[str, Any]
    figures: tuple[Row, ...]
    # Months of the published flag audit that went in.
    audit: tuple[Row, ...]
    # What it was drawn from beside the figures.
    drawn: tuple[Drawn, ...]


def explain_claim(background: Background, question: Question) -> tuple[Verdict, ...]:
    """The verdicts on a claim for a period, in published order; empty where no claim is called so.

    Without a period each part's latest: a part of which single years are too few has the latest pool.

    Raises ConfigurationError where the claim has no verdict for the period or the area, or a part of it is asked for.
    """
    claim_id, period = question.indicator_id, question.period
    rows = [row for row in background.claims if row["claim_id"] == claim_id]
    if rows:
        _check_is_whole(background, question, {row["area_code"] for row in rows})
    spans = read_spans(period)
    latest_of = _find_latest(rows)
    kept = [row for row in rows if (_days(row) in spans if period else _days(row) == latest_of[row["part"]])]
    if rows and not kept:
        label = period_label("", *max(latest_of.values(), key=_rank))
        raise ConfigurationError(f"{claim_id} has no verdict for {period!r}; the latest is for {label}.")
    return tuple(_explain_row(background, row) for row in kept)


def _days(row: Row) -> tuple[date, date]:
    return row["period_start"], row["period_end"]


def _rank(days: tuple[date, date]) -> tuple[date, date]:
    """By which of two periods is later: by its end, and of those that end together the shorter one."""
    start, end = days
    return end, start


def _find_latest(rows: list[Row]) -> dict[str, tuple[date, date]]:
    """The days of each part's latest verdict."""
    return {row["part"]: _days(row) for row in sorted(rows, key=lambda row: _rank(_days(row)))}


def _check_is_whole(background: Background, question: Question, judged: set[str]) -> None:
    area = background.assessment.area
    names = {row["area_code"]: row["area_name"] for row in background.tables["areas"]} | {
        area.code: area.name
    }
    asked = find_area(question.area, names, {}) if question.area else area.code
    if asked not in judged:
        raise ConfigurationError(
            f"{question.indicator_id} is judged for {area.name} as a whole and not for {names[asked]}: leave out "
            "--area."
        )
    parts = {
        "--split": question.split, "--lens": question.lens_id, "--breakdown-value": question.breakdown_value,
    }  # fmt: skip
    for option, value in parts.items():
        if value:
            raise ConfigurationError(
                f"{question.indicator_id} is a claim and has no part {value!r}: leave out {option}, or ask for an "
                f"indicator."
            )


def _explain_row(background: Background, row: Row) -> Verdict:
    numbers = json.loads(row["numbers"])
    figures = [
        {name: cell[name] for name in FIGURE_FIELDS}
        for given in numbers.pop("inputs")
        for cell in _figures_of(background, given, row)
    ]
    audit = tuple(_audit_of(background, numbers.pop("audited", ""), row))
    drawn = (draw_from(background, *AUDIT, *_days(row)),) if audit else ()
    return Verdict(**row | {"numbers": numbers, "figures": tuple(figures), "audit": audit, "drawn": drawn})


def _audit_of(background: Background, measure_id: str, row: Row) -> list[Row]:
    """The months of the flag audit of a measure inside the claim's period; none without a measure."""
    return [
        month
        for month in background.tables["flag_audit"]
        if month["measure_id"] == measure_id
        and row["period_start"] <= month["period_start"] <= row["period_end"]
    ]


def _figures_of(background: Background, given: Row, row: Row) -> list[Row]:
    """The cells that went in, inside the claim's period: of the area, or of its districts where those are compared."""
    return [
        cell
        for cell in background.cells_of(given["indicator_id"])
        if cell["split"] == (given["split"] or "all")
        and all(cell[name] == given[name] for name in ("lens_id", "period_type", "breakdown_value"))
        and cell["area_type"] == given["area_type"]
        and row["period_start"] <= cell["period_start"]
        and cell["period_end"] <= row["period_end"]
    ]
