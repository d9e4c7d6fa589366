"""Findings in plain English: one short sentence a figure, one on how it moved, and nothing that needs a glossary."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from pipeline.report.blocks import Block, Finding, Findings
from pipeline.report.comparisons import year_before_of
from pipeline.report.numbers import period_phrase
from pipeline.report.published import Indicator, Reading
from pipeline.report.selection import Context, latest, select, year_earlier
from pipeline.report.sentences import Run, Sentence, join, number, rule_changes
from pipeline.report.specs import YEARS

MOVES = {
    "higher than": " That is more than the year before.",
    "lower than": " That is fewer than the year before.",
    "similar to": " That is about the same as the year before.",
}


def plain_findings(context: Context, sentences: Mapping[str, str], most: int) -> Sequence[Block]:
    """The sentences whose indicators have a figure, as many as `most`, with their numbers and how these moved."""
    made = []
    for name, text in sentences.items():
        indicator = context.published.indicators.get(name)
        cells = select(context, name)
        reading = latest(cells, YEARS) if indicator is not None else None
        if indicator is not None and reading is not None:
            sentence = _fill(text, context, indicator, reading)
            room, move = _room(indicator, reading), _move(context, reading, year_earlier(cells, reading))
            made.append(Finding(join(sentence, room, move), name))
    return [Findings(tuple(made[:most]), title="")] if made else []


def _fill(text: str, context: Context, indicator: Indicator, reading: Reading) -> Sentence:
    """The sentence with its slots filled: {number} is a count, or of a share so many of every hundred."""
    period = period_phrase(reading.period_type, reading.period_start, reading.period_end)
    if indicator.unit == "%":
        amount = Run(str(round(reading.value or 0)), cell_id=reading.cell_id, field="whole")
    elif reading.numerator is not None:
        amount = number(reading, "numerator", indicator)
    else:
        amount = number(reading, "value", indicator)
    slots = {"{number}": amount, "{place}": Run(context.place_name), "{period}": Run(period)}
    return join(*(slots.get(part, part) for part in re.split(r"(\{\w+\})", text)))


def _room(indicator: Indicator, reading: Reading) -> Sentence:
    """Between which whole numbers of a hundred a share lies, whatever the records that do not say would say."""
    if indicator.unit != "%" or reading.lowest is None or reading.highest is None:
        return ()
    low, high = math.floor(reading.lowest), math.ceil(reading.highest)
    if high - low < 2:
        return ()
    return join(
        " Some records do not say: of all of them it is between ",
        Run(str(low), cell_id=reading.cell_id, field="whole_lowest"),
        " and ",
        Run(str(high), cell_id=reading.cell_id, field="whole_highest"),
        ".",
    )


def _move(context: Context, reading: Reading, before: Reading | None) -> str:
    if before is None or rule_changes(
        context.breaks_of(reading.indicator_id, [reading.split]), before, reading
    ):
        return ""
    change = year_before_of(context, reading)
    return MOVES.get(change.word, "") if change is not None else ""
