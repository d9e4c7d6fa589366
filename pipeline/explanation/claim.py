"""A claim put to the test: each verdict with its statistic, and the published figures that went into it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.explanation.background import Background, Row
from pipeline.explanation.question import Question, find_area
from pipeline.periods import period_label, read_spans
from pipeline.settings import ConfigurationError

FIGURE_FIELDS = ("indicator_id", "lens_id", "area_code", "period_type", "period_start", "period_end", "breakdown_value",
                 "split", "numerator", "denominator", "value", "value_status")  # fmt: skip


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


def explain_claim(background: Background, question: Question) -> tuple[Verdict, ...]:
    """Every verdict on a claim, in published order, or those of a period; empty where no claim is called so.

    Raises ConfigurationError where the claim has no verdict for the period or the area, or a part of it is asked for.
    """
    claim_id, period = question.indicator_id, question.period
    rows = [row for row in background.claims if row["claim_id"] == claim_id]
    if rows:
        _check_is_whole(background, question, {row["area_code"] for row in rows})
    spans = read_spans(period)
    kept = [row for row in rows if not period or (row["period_start"], row["period_end"]) in spans]
    if rows and not kept:
        latest = max(rows, key=lambda row: row["period_end"])
        label = period_label("", latest["period_start"], latest["period_end"])
        raise ConfigurationError(f"{claim_id} has no verdict for {period!r}; the latest is for {label}.")
    return tuple(_explain_row(background, row) for row in kept)


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
    return Verdict(**{**row, "numbers": numbers, "figures": tuple(figures)})


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
