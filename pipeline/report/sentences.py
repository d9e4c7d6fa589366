"""Findings as sentences, by rule: number, interval, period, and no more than the interval bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.numbers import (
    STATUS_WORDS,
    SUPPRESSED,
    format_number,
    format_value,
    period_label,
    period_phrase,
    unit_words,
)
from pipeline.report.published import Indicator, Reading
from pipeline.report.tables import sentence_case


@dataclass(frozen=True)
class Run:
    """A stretch of text: plain, emphasised or a link; a published number carries its cell and column."""

    text: str
    style: str = ""
    link: str = ""
    cell_id: str = ""
    field: str = ""


Sentence = tuple[Run, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as text."""
    return "".join(run.text for run in sentence)


def join(*parts: str | Run | Sentence) -> Sentence:
    """Texts, runs and other sentences one after the other, as they are."""
    runs: list[Run] = []
    for part in parts:
        if isinstance(part, str):
            runs.append(Run(part))
        elif isinstance(part, Run):
            runs.append(part)
        else:
            runs.extend(part)
    return tuple(run for run in runs if run.text)


def say(*parts: str | Run | Sentence) -> Sentence:
    """A sentence from texts, runs and other sentences, its first letter a capital."""
    runs = list(join(*parts))
    if runs and not runs[0].cell_id:
        runs[0] = Run(sentence_case(runs[0].text), runs[0].style, runs[0].link)
    return tuple(runs)


def number(reading: Reading, field: str, indicator: Indicator) -> Run:
    """One number of a published cell; only a reported cell has one."""
    amount = getattr(reading, field)
    if field in ("numerator", "denominator"):
        return Run(format_number(amount), cell_id=reading.cell_id, field=field)
    return Run(format_value(amount, indicator.decimals, indicator.unit), cell_id=reading.cell_id, field=field)


def beside(comparator: Comparator, indicator: Indicator) -> Run:
    """The value of what a figure is set beside."""
    text = format_value(comparator.value, indicator.decimals, indicator.unit)
    return Run(text, cell_id=comparator.cell_id, field=comparator.field)


def figure(reading: Reading, indicator: Indicator, has_unit: bool = True) -> Sentence:
    """The value with its unit, `at least` before it where something is left out; or the words for why there is none."""
    if not reading.is_reported:
        return (Run(STATUS_WORDS[reading.value_status]),)
    unit = unit_words(indicator.unit) if has_unit else ""
    return join("at least " if reading.left_out else "", number(reading, "value", indicator), unit)


def stood_at(reading: Reading, indicator: Indicator) -> Sentence:
    """That a figure stood at its value, or at that and more where something is left out; else why there is none."""
    if not reading.is_reported:
        return join(": ", figure(reading, indicator))
    more = " or more" if reading.left_out else ""
    return join(" stood at ", number(reading, "value", indicator), unit_words(indicator.unit), more)


def interval(reading: Reading, indicator: Indicator) -> Sentence:
    """The 95% interval in brackets, with a leading space; nothing where the cell has none."""
    if not reading.is_reported or reading.lower95 is None or reading.upper95 is None:
        return ()
    return (
        Run(" (95% interval "),
        number(reading, "lower95", indicator),
        Run(" to "),
        number(reading, "upper95", indicator),
        Run(")"),
    )


def bounds(reading: Reading, indicator: Indicator) -> Sentence:
    """The least and the most that a figure can be; nothing where no record leaves it open."""
    if not reading.is_reported or not reading.has_bounds:
        return ()
    return (
        Run("at least "),
        number(reading, "lowest", indicator),
        Run(" and at most "),
        number(reading, "highest", indicator),
        Run(", whatever the records that do not say would say"),
    )


def compare(reading: Reading, other: Reading | float) -> str:
    """Whether a reading is higher than, lower than or similar to another, as far as the intervals tell."""
    if isinstance(other, Reading):
        low = other.lower95 if other.lower95 is not None else other.value
        high = other.upper95 if other.upper95 is not None else other.value
    else:
        low = high = other
    mine_low = reading.lower95 if reading.lower95 is not None else reading.value
    mine_high = reading.upper95 if reading.upper95 is not None else reading.value
    if None in (low, high, mine_low, mine_high):
        return ""
    assert low is not None and high is not None and mine_low is not None and mine_high is not None
    if mine_low > high:
        return "higher than"
    return "lower than" if mine_high < low else "similar to"


@dataclass(frozen=True)
class Comparator:
    """What a figure is set beside: its name and value, how the figure compares ('' where it does not), and why.

    What counts otherwise, or fell under restrictions, is not drawn beside it. `cell_id` and `field` say of
    which published cell, and of which comparison of it, the value is.
    """

    name: str
    value: float
    word: str
    reason: str = ""
    is_drawn: bool = True
    cell_id: str = ""
    field: str = ""


def rule_changes(breaks: Sequence[Mapping[str, Any]], earlier: Reading, later: Reading) -> list[str]:
    """The labels of changes in recording between the start of one period and the end of another."""
    return [
        str(row["label"])
        for row in breaks
        if row["kind"] == "rule_change" and earlier.period_start < row["start_date"] <= later.period_end
    ]


def trend_finding(
    indicator: Indicator,
    name: str,
    latest: Reading,
    before: Reading | None,
    change: Comparator | None,
    breaks: Sequence[Mapping[str, Any]],
) -> Sentence:
    """Where a series stands, and how it compares with a year before where `change`, the verdict on both, says so."""
    period = period_phrase(latest.period_type, latest.period_start, latest.period_end)
    if not latest.is_reported:
        return say(name, f" {period}: {STATUS_WORDS[latest.value_status]}")
    opening = say(name, stood_at(latest, indicator), f" {period}")
    if before is None or not before.is_reported:
        return opening
    label = period_label(before.period_type, before.period_start, before.period_end)
    if rule_changes(breaks, before, latest):
        return say(
            opening,
            f"; recording changed, so {label} (",
            figure(before, indicator, False),
            ") is not a fair comparison",
        )
    if change is None or not change.word:
        return say(opening, f"; no comparison is made with {label} (", figure(before, indicator, False), ")")
    return say(opening, f", {change.word} {label} (", figure(before, indicator, False), ")")


def range_finding(
    indicator: Indicator,
    name: str,
    rows: Sequence[tuple[str, Reading]],
    things: str,
    place: str = "in",
    verdicts: Sequence[str] = (),
) -> Sentence:
    """From the lowest to the highest of several labelled readings, or that they do not clearly differ.

    `verdicts` are the words of the published comparisons of each with the rest, '' where it cannot be told: they decide
    where there are any; else the intervals of the two ends do.
    """
    told = [(label, reading) for label, reading in rows if reading.is_reported and reading.value is not None]
    # A least may be more than it says: it is no end of a range, where others are.
    shown = [row for row in told if not row[1].left_out] or told
    if not shown:
        return say(name, ": ", STATUS_WORDS[rows[0][1].value_status] if rows else "no figures")
    low = min(shown, key=lambda row: (row[1].value, row[0]))
    high = max(shown, key=lambda row: (row[1].value, row[0]))
    one = high[1]
    period = period_phrase(one.period_type, one.period_start, one.period_end)
    if len(shown) == 1:
        return say(name, stood_at(one, indicator), f" {place} {high[0]} {period}")
    is_untold = bool(verdicts) and not any(verdicts)
    is_told_of_all = len(verdicts) >= len(shown) and set(verdicts) == {"similar to"}
    is_alike = is_told_of_all if verdicts else compare(high[1], low[1]) == "similar to"
    if is_alike:
        return say(
            name,
            f" did not clearly differ between {things} {period}: ",
            figure(low[1], indicator, False),
            " to ",
            figure(one, indicator),
        )
    is_some_hidden = len(shown) < len(told) or any(row[1].value_status == "suppressed" for row in rows)
    return say(
        name,
        " ranged, of those that can be shown, from " if is_some_hidden else " ranged from ",
        figure(low[1], indicator, False),
        f" {place} {low[0]} to ",
        figure(one, indicator),
        f" {place} {high[0]} {period}",
        "; whether any differs from the rest cannot be told" if is_untold else "",
    )


def place_finding(
    indicator: Indicator, name: str, place: str, reading: Reading, rest: Comparator | None
) -> Sentence:
    """The figure of one place, and how it compares with the rest of its area where that is published."""
    period = period_phrase(reading.period_type, reading.period_start, reading.period_end)
    if not reading.is_reported:
        return say(name, f" in {place} {period}: {STATUS_WORDS[reading.value_status]}")
    sentence = say(name, stood_at(reading, indicator), f" in {place} {period}")
    if rest is None or not rest.word:
        return sentence
    return join(sentence, f", {rest.word} {rest.name} (", beside(rest, indicator), ")")


def full_finding(
    indicator: Indicator,
    latest: Reading,
    *,
    place: str,
    before: Reading | None,
    change: Comparator | None,
    comparator: Comparator | None,
    breaks: Sequence[Mapping[str, Any]],
    is_break_said: bool = True,
) -> Sentence:
    """Value, interval, count and period, then the comparison with another place and with a year before.

    `change` is the verdict on the figure and the one before.
    """
    period = period_phrase(latest.period_type, latest.period_start, latest.period_end)
    if not latest.is_reported:
        return say(indicator.title, f" in {place} {period}: {STATUS_WORDS[latest.value_status]}.")
    parts: list[str | Run | Sentence] = [
        Run(indicator.title, "strong"),
        stood_at(latest, indicator),
        interval(latest, indicator),
        f" in {place} {period}",
    ]
    if latest.numerator is not None and indicator.kind != "count" and indicator.numerator_label:
        parts += [", ", number(latest, "numerator", indicator), f" {indicator.numerator_label}"]
    parts.append(".")
    if latest.left_out:
        parts.append(f" It is without {latest.left_out}, of which a count is hidden.")
    if open_to := bounds(latest, indicator):
        parts += [" It is ", open_to, "."]
    if comparator is not None and comparator.word:
        parts += [f" That is {comparator.word} {comparator.name} (", beside(comparator, indicator), ")."]
        if comparator.reason:
            parts.append(f" {comparator.reason}")
    if before is not None and before.is_reported:
        label = period_label(before.period_type, before.period_start, before.period_end)
        if rule_changes(breaks, before, latest):
            if is_break_said:
                parts.append(f" Recording has changed since {label}, so the two years do not compare.")
        elif change is not None and change.word:
            parts += [f" It is {change.word} {label} (", figure(before, indicator, False), ")."]
            parts += [f" {change.reason}"] if change.reason else []
        else:
            parts += [f" No comparison is made with {label} (", figure(before, indicator, False), ")."]
            parts += [f" {change.reason.rstrip('.')}."] if change is not None and change.reason else []
    return say(*parts)


def too_few(rows: Sequence[Reading]) -> int:
    """How many readings are hidden because they are too few to report."""
    return sum(reading.value_status == SUPPRESSED for reading in rows)
