"""The blocks of the report that are no exhibits: headline numbers, findings, lists and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.report.anatomy import Exhibit, Gap
from pipeline.report.comparisons import comparator_of, year_before_of
from pipeline.report.exhibits import ask_for, reason_apart
from pipeline.report.numbers import (
    NOT_AVAILABLE,
    format_date,
    format_value,
    period_label,
    unit_words,
)
from pipeline.report.published import Indicator, records
from pipeline.report.selection import Context, any_reported, has_rows, latest, select, year_earlier
from pipeline.report.sentences import (
    Comparator,
    Run,
    Sentence,
    beside,
    bounds,
    full_finding,
    number,
    rule_changes,
    say,
)
from pipeline.report.specs import YEARS, Family, Helpline
from pipeline.report.standing import distance, is_worse
from pipeline.report.tables import Column, Table, count, sentence_case, words
from pipeline.settings import ConfigurationError


@dataclass(frozen=True)
class Tile:
    """A headline number: what it counts, its interval on a thin bar, and how it compares."""

    indicator_id: str
    label: str
    value: Run
    unit: str
    period: str
    interval: Sentence
    # The least and the most that it can be, where records that do not say leave it open.
    bounds: Sentence
    change: str
    comparator: Sentence
    low: float
    high: float
    tick: float | None
    exhibit: Exhibit | None = None


@dataclass(frozen=True)
class Tiles:
    """Headline numbers."""

    tiles: tuple[Tile, ...]
    kind: str = "tiles"


@dataclass(frozen=True)
class Finding:
    """One generated or published finding, and the exhibit that shows it."""

    sentence: Sentence
    indicator_id: str
    finding_id: str = ""
    exhibit: Exhibit | None = None


@dataclass(frozen=True)
class Findings:
    """Eight findings at most, the most pressing first."""

    items: tuple[Finding, ...]
    note: str = ""
    title: str = "Key findings"
    kind: str = "findings"


@dataclass(frozen=True)
class SummaryPart:
    """Sentences under a heading, each with a link."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Summary:
    """What the first spread says besides its findings."""

    parts: tuple[SummaryPart, ...]
    kind: str = "summary"


@dataclass(frozen=True)
class GapNote:
    """What stands where exhibits could not be drawn."""

    gaps: tuple[Gap, ...]
    kind: str = "gap_note"


@dataclass(frozen=True)
class TableBlock:
    """A table that is no exhibit; `is_whole` where the PDF prints it however long it is."""

    id: str
    title: str
    table: Table
    note: str = ""
    is_whole: bool = False
    kind: str = "table_block"

    @property
    def is_long(self) -> bool:
        """Whether it may be longer than a page: by its rows, or by sentences in them."""
        letters = sum(len(cell.text) for row in self.table.rows for cell in row)
        return len(self.table.rows) > 14 or letters > 2_000


@dataclass(frozen=True)
class Term:
    """A word and what it means here."""

    id: str
    word: str
    meaning: str


@dataclass(frozen=True)
class Terms:
    """The glossary."""

    terms: tuple[Term, ...]
    kind: str = "terms"


@dataclass(frozen=True)
class Helplines:
    """Where to get help."""

    helplines: tuple[Helpline, ...]
    note: str
    kind: str = "helplines"


Block = Exhibit | GapNote | Summary | Tiles | Findings | TableBlock | Terms | Helplines

GAP_TEXTS = {"complete": "nothing", "not_delivered": "everything"}
STATUS_TEXTS = {"complete": "Complete", "gaps": "With gaps", "not_delivered": "Not delivered"}


def tiles(context: Context, indicators: Sequence[str], most: int) -> Sequence[Block]:
    """The headline numbers that this place has, so many at most."""
    made = [tile for name in indicators if (tile := _tile(context, name)) is not None]
    return [Tiles(tuple(made[:most]))] if made else []


def _tile(context: Context, name: str) -> Tile | None:
    if name not in context.published.indicators:
        return None
    indicator = context.published.indicators[name]
    cells = select(context, name)
    reading = latest(cells, YEARS)
    if reading is None or reading.value is None:
        return None
    before = year_earlier(cells, reading)
    change = ""
    if before is not None and before.is_reported:
        label = period_label(before.period_type, before.period_start, before.period_end)
        if rule_changes(context.breaks_of(indicator.indicator_id, [reading.split]), before, reading):
            change = f"recording changed since {label}"
        else:
            earlier = year_before_of(context, reading)
            change = f"{earlier.word if earlier and earlier.word else 'no comparison with'} {label}"
    comparator = comparator_of(context, reading)
    other = comparator.value if comparator is not None and comparator.is_drawn else None
    low = reading.lower95 if reading.lower95 is not None else reading.value
    high = reading.upper95 if reading.upper95 is not None else reading.value
    # The bar sets the interval against the comparator, so it shows the stretch that holds both, and no zero;
    # never less than a third of the value, lest a small difference look large.
    ends = [low, high, *([other] if other is not None else [])]
    width = max((max(ends) - min(ends)) * 1.3, reading.value / 3, 1e-9)
    left = (max(ends) + min(ends)) / 2 - width / 2
    interval: Sentence = ()
    if reading.lower95 is not None:
        interval = (number(reading, "lower95", indicator), Run(" to "), number(reading, "upper95", indicator))
    return Tile(
        indicator_id=name,
        label=indicator.title,
        value=number(reading, "value", indicator),
        unit=unit_words(indicator.unit).strip()
        or (f"of {indicator.denominator_label}" if indicator.denominator_label else ""),
        period=period_label(reading.period_type, reading.period_start, reading.period_end),
        interval=interval,
        bounds=say(bounds(reading, indicator)),
        change=change,
        comparator=_tell_comparator(comparator, indicator),
        low=round((low - left) / width * 100, 2),
        high=round((high - left) / width * 100, 2),
        tick=round((other - left) / width * 100, 2) if other is not None else None,
    )


def _tell_comparator(comparator: Comparator | None, indicator: Indicator) -> Sentence:
    if comparator is None:
        return ()
    if not comparator.is_drawn:
        return (Run(f"Not comparable with {comparator.name}"),)
    return (Run(f"{sentence_case(comparator.name)}: "), beside(comparator, indicator))


# Where a finding ranks: by its verdicts, then by how far it is from what it is worse than; the least comes first.
Pressing = tuple[int, float]
RULE = (
    "Ranked by rule, on published verdicts alone: first what is worse both than a year before and than elsewhere, then "
    "what grew worse, then what is worse than elsewhere; among equals, what lies furthest from what it is set beside."
)


def findings(context: Context, names: Sequence[str], exhibits: Mapping[str, Exhibit]) -> Findings:
    """The published findings by rank; where there are none, sentences by rule."""
    table = records(context.published.tables["findings"])
    if table:
        rows = sorted(table, key=lambda row: (row["rank"] or 0, str(row["finding_id"])))[:8]
        return Findings(
            tuple(
                Finding((Run(str(row["sentence"])),), str(row["indicator_id"] or ""), str(row["finding_id"]))
                for row in rows
            )
        )
    ranked: list[tuple[Pressing, int, Finding]] = []
    for position, name in enumerate(names):
        if name in exhibits:
            ranked.append(
                ((0, 0.0), position, Finding(say(exhibits[name].title, "."), name, exhibit=exhibits[name]))
            )
        elif (made := finding_of(context, name, is_break_said=False)) is not None:
            ranked.append((made[1], position, Finding(made[0], name)))
    ranked = sorted(ranked, key=lambda item: item[:2])[:8]
    changes = _changes(context, [finding.indicator_id for _, _, finding in ranked])
    notes = [RULE] if ranked else []
    if changes:
        notes.append(
            f"No comparison with the year before where recording changed in between: {'; '.join(changes)}."
        )
    return Findings(tuple(finding for _, _, finding in ranked), " ".join(notes))


def _changes(context: Context, names: Sequence[str]) -> list[str]:
    """The changes in recording between the latest year of the named indicators and the one before."""
    labels: list[str] = []
    for name in names:
        indicator = context.published.indicators.get(name)
        cells = select(context, name)
        reading = latest(cells, YEARS)
        before = year_earlier(cells, reading) if reading is not None else None
        if indicator is not None and reading is not None and before is not None:
            labels += rule_changes(
                context.breaks_of(indicator.indicator_id, [reading.split]), before, reading
            )
    return list(dict.fromkeys(labels))


def finding_of(context: Context, name: str, is_break_said: bool = True) -> tuple[Sentence, Pressing] | None:
    """The finding on an indicator's latest figure, and where it ranks."""
    indicator = context.published.indicators.get(name)
    cells = select(context, name)
    reading = latest(cells, YEARS) if indicator is not None else None
    if indicator is None or reading is None:
        return None
    before = year_earlier(cells, reading)
    comparator, change = comparator_of(context, reading), year_before_of(context, reading)
    breaks = context.breaks_of(indicator.indicator_id, [reading.split])
    is_same_count = before is not None and before.is_reported and not rule_changes(breaks, before, reading)
    is_worsening = is_same_count and is_worse(indicator, change)
    is_worse_here = is_worse(indicator, comparator)
    beside_which = comparator if is_worse_here else change if is_worsening else None
    apart = distance(reading, beside_which) if beside_which is not None else 0.0
    sentence = full_finding(
        indicator,
        reading,
        place=context.place_name,
        before=before,
        change=change,
        comparator=comparator,
        breaks=breaks,
        is_break_said=is_break_said,
    )
    return sentence, (-2 * is_worsening - is_worse_here, -apart)


def not_measured(context: Context, families: Sequence[Family]) -> Sequence[Block]:
    """One row a family of figures that is not available: what is missing, why, and whom to ask."""
    rows = []
    for family in families:
        if family.stands_in_for and any_reported(select(context, family.stands_in_for)):
            continue
        missing: list[str] = []
        reasons: list[str] = []
        asks: list[str] = []
        for entry in family.indicators:
            name, _, split = entry.partition("/")
            indicator = context.published.indicators.get(name)
            if indicator is None or not has_rows(context, name):
                continue
            cells = [
                reading
                for breakdown in dict.fromkeys(one.breakdown for one in context.published.readings[name])
                for reading in select(context, name, splits=(split or "all",), breakdown=breakdown)
            ]
            absent = [reading for reading in cells if reading.value_status == NOT_AVAILABLE]
            if not absent or any(reading.is_reported for reading in cells):
                continue
            title = indicator.title
            missing.append(f"{title} ({split.replace('_', ' ')})" if split else title)
            asks.append(ask_for(context, indicator))
            reasons.append(reason_apart(absent[0].status_reason, asks[-1]))
        if missing:
            ask = family.ask or " ".join(dict.fromkeys(filter(None, asks)))
            rows.append(
                (
                    words(family.title),
                    words("; ".join(dict.fromkeys(missing))),
                    words(" ".join(dict.fromkeys(filter(None, reasons)))),
                    words(ask),
                )
            )
    if not rows:
        return []
    columns = (Column("Missing"), Column("Figures"), Column("Why"), Column("What to ask for"))
    return [
        TableBlock(
            "not-measured", "What we could not measure, and what to ask for", Table(columns, tuple(rows))
        )
    ]


def sources_table(context: Context) -> Table:
    """One source a row: what it is, how far it reaches, whether it is complete."""
    columns = (
        Column("Source"),
        Column("Data from"),
        Column("Data to"),
        Column("Status"),
        Column("What is missing"),
    )
    rows = []
    for row in context.sources.values():
        start, end = row["period_start"], row["period_end"]
        rows.append(
            (
                words(row["title"]),
                words(format_date(start) if start else "none"),
                words(format_date(end) if end else "none"),
                words(STATUS_TEXTS.get(str(row["status"]), row["status"])),
                words(row["gap_note"] or GAP_TEXTS.get(str(row["status"]), "nothing noted")),
            )
        )
    return Table(columns, tuple(rows))


def source_summary(context: Context) -> str:
    """How many sources are complete, with gaps and not delivered."""
    counts = Counter(str(row["status"]) for row in context.sources.values())
    return ", ".join(
        f"{counts[status]} {text.lower()}" for status, text in STATUS_TEXTS.items() if counts[status]
    )


def _freshness(context: Context) -> Sequence[Block]:
    return [TableBlock("freshness", "How fresh each source is", sources_table(context), is_whole=True)]


def _sources(context: Context) -> Sequence[Block]:
    columns = (
        Column("Source"),
        Column("Publisher"),
        Column("Deliveries", True),
        Column("Licence"),
        Column("Openly published"),
    )
    rows = tuple(
        (
            words(row["title"]),
            words(row["publisher"] or "not stated"),
            count(row["delivery_count"] or 0),
            words(row["licence"] or "not stated"),
            words("yes" if row["is_openly_published"] else "no"),
        )
        for row in context.sources.values()
    )
    return [
        TableBlock(
            "source-status", "Sources: how far they reach, and what is missing", sources_table(context)
        ),
        TableBlock(
            "source-licences", "Who publishes each source, and under which terms", Table(columns, rows)
        ),
    ]


def source_title(context: Context, source: str) -> str:
    """What a source is called; one that only serves the others is called by its name."""
    title = context.sources.get(source, {}).get("title")
    if title:
        return str(title)
    parts = [part.upper() if ACRONYM.fullmatch(part) else part for part in source.split("_")]
    return sentence_case(" ".join(parts))


ACRONYM = re.compile(r"(la|lad|lait|lsoa|msoa|pfa|imd)[0-9]*")


def _lens_notes(context: Context) -> Sequence[Block]:
    rows = []
    bold = []
    table = records(context.published.tables["lenses"])
    for index, row in enumerate(sorted(table, key=lambda row: (row["sort_order"] or 0, row["lens_id"]))):
        source = str(row["source"] or "not stated")
        if row["is_interpretation"] and "our reading" not in source:
            source += "; our reading of it"
        if row["is_local"]:
            bold.append(index)
        rows.append(
            (
                words(row["title"]),
                words(row["meaning"] or "not stated"),
                words(source),
                words(row["unknown_flag_rule"] or "no flag is needed"),
            )
        )
    if not rows:
        return []
    columns = (
        Column("Definition"),
        Column("What it counts"),
        Column("Source"),
        Column("Where a flag is not known"),
    )
    return [
        TableBlock("lens-notes", "The definitions compared", Table(columns, tuple(rows), frozenset(bold)))
    ]


def _methods_table(context: Context) -> Sequence[Block]:
    rows = []
    for indicator in context.published.indicators.values():
        if not has_rows(context, indicator.indicator_id):
            continue
        below = indicator.denominator_label if indicator.kind != "count" else ""
        measured = f"{sentence_case(indicator.numerator_label)}{f' / {below}' if below else ''}"
        titles = [source_title(context, source) for source in indicator.source_ids]
        rows.append(
            (
                words(indicator.title),
                words(measured or "not stated"),
                words("per cent" if indicator.unit == "%" else indicator.unit),
                words(indicator.interval_method),
                words("; ".join(titles) or "not stated"),
            )
        )
    if not rows:
        return []
    columns = (
        Column("Indicator"),
        Column("Counted, over what"),
        Column("Unit"),
        Column("95% interval"),
        Column("Source"),
    )
    return [TableBlock("indicator-list", "Every indicator in this edition", Table(columns, tuple(rows)))]


def _benchmarks_table(context: Context) -> Sequence[Block]:
    rows = []
    for row in records(context.published.tables["benchmarks"]):
        indicator = context.published.indicators.get(row["indicator_id"])
        if indicator is None or row["value"] is None:
            continue
        part = f": {row['breakdown_value']}" if row["breakdown_value"] else ""
        rows.append(
            (
                words(f"{indicator.title}{part}"),
                words(row["geography"]),
                words(row["period_label"]),
                words(format_value(float(row["value"]), indicator.decimals, indicator.unit)),
                words(row["source"]),
                words(row["status"]),
            )
        )
    if not rows:
        return []
    columns = (
        Column("Benchmark"),
        Column("Place"),
        Column("Period"),
        Column("Value", True),
        Column("Source"),
        Column("Status"),
    )
    return [
        TableBlock("benchmark-list", "Benchmarks used, and where they come from", Table(columns, tuple(rows)))
    ]


def _caveats_table(context: Context) -> Sequence[Block]:
    cautions = {row["caveat_id"]: row for row in records(context.published.tables["caveats"])}
    if not cautions:
        return []
    columns = (Column("Caution"), Column("Source"))
    rows = tuple((words(row["text"]), words(row["source"])) for row in cautions.values())
    return [TableBlock("caveat-list", "What to bear in mind", Table(columns, rows))]


TABLE_BLOCKS: dict[str, Callable[[Context], Sequence[Block]]] = {
    "sources": _sources,
    "freshness": _freshness,
    "lens_notes": _lens_notes,
    "methods_table": _methods_table,
    "benchmarks_table": _benchmarks_table,
    "caveats_table": _caveats_table,
}


def terms(file: Path) -> Sequence[Block]:
    """The glossary in alphabetical order."""

    content: Any = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{file} must hold one `word: meaning` a line.")
    made = [
        Term(
            "term-" + "-".join("".join(c if c.isalnum() else " " for c in str(word).lower()).split()),
            str(word),
            " ".join(str(meaning).split()),
        )
        for word, meaning in content.items()
    ]
    return [Terms(tuple(sorted(made, key=lambda term: term.word.lower())))]


def helplines(lines: Sequence[Helpline], note: str) -> Sequence[Block]:
    """Whom to call."""
    return [Helplines(tuple(lines), note)]
