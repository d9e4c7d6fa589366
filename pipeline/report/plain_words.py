"""Findings in plain English: one short sentence a figure, one on how it moved, and nothing that needs a glossary."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.blocks import Block, Finding, Findings
from pipeline.report.comparisons import year_before_of
from pipeline.report.numbers import period_phrase
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import Context, latest, select, year_earlier
from pipeline.report.sentences import Run, Sentence, join, number, rule_changes, say
from pipeline.report.specs import YEARS

MOVES = {
    "higher than": " That is more than the year before.",
    "lower than": " That is fewer than the year before.",
    "similar to": " That is about the same as the year before.",
}


def plain_findings(context: Context, names: Sequence[str], most: int) -> Sequence[Block]:
    """The named indicators' latest figures, as many as `most`, each in words that anybody can read."""
    made = []
    for name in names:
        indicator = context.published.indicators.get(name)
        cells = select(context, name)
        reading = latest(cells, YEARS) if indicator is not None else None
        if indicator is not None and reading is not None:
            before = year_earlier(cells, reading)
            made.append(
                Finding(join(_figure(context, indicator, reading), _move(context, reading, before)), name)
            )
    return [Findings(tuple(made[:most]), title="What we found")] if made else []


def _figure(context: Context, indicator: Indicator, reading: Reading) -> Sentence:
    where = f" in {context.place_name} {period_phrase(reading.period_type, reading.period_start, reading.period_end)}."
    if indicator.unit == "%":
        share = Run(str(round(reading.value or 0)), cell_id=reading.cell_id, field="whole")
        return say(f"{indicator.title}: ", share, f" of every 100 {indicator.denominator_label}", where)
    if reading.numerator is not None and indicator.numerator_label:
        return say(
            f"{indicator.title}: ",
            number(reading, "numerator", indicator),
            f" {indicator.numerator_label}",
            where,
        )
    return say(f"{indicator.title}: ", number(reading, "value", indicator), f" {indicator.unit}", where)


def _move(context: Context, reading: Reading, before: Reading | None) -> str:
    if before is None or rule_changes(context.breaks_of(reading.indicator_id), before, reading):
        return ""
    change = year_before_of(context, reading)
    return MOVES.get(change.word, "") if change is not None else ""
