"""The sections: exhibits numbered, gaps gathered, headline numbers linked to what shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.report import blocks as build
from pipeline.report.anatomy import Exhibit, Gap
from pipeline.report.blocks import Block, Findings, GapNote, Summary, SummaryPart, TableBlock, Tiles
from pipeline.report.changes import changes
from pipeline.report.claim_tables import claims_tables, decomposition_tables
from pipeline.report.dictionary import dictionary
from pipeline.report.exhibits import build_exhibit
from pipeline.report.factors import factors
from pipeline.report.flag_table import flags_table
from pipeline.report.lens_tables import capture_tables, open_tables, places_tables
from pipeline.report.numbers import NOT_AVAILABLE
from pipeline.report.plain_words import plain_findings
from pipeline.report.prose import Paragraph, Prose, read_prose
from pipeline.report.published import records
from pipeline.report.quality import defects_table, rows_tables
from pipeline.report.recommendations import recommendations
from pipeline.report.selection import Context, select
from pipeline.report.sentences import Run, Sentence, say
from pipeline.report.signals import signals
from pipeline.report.specs import BlockSpec, ReportSpec, SectionSpec


@dataclass(frozen=True)
class Section:
    """A section: one finding, what it means, what is not known, then its blocks."""

    id: str
    number: int
    title: str
    warning: str
    lead: Sentence
    meaning: Prose
    caveats: tuple[str, ...]
    asides: Prose
    unknown: Prose
    blocks: tuple[Block, ...]
    commentary: Prose


@dataclass(frozen=True)
class Inputs:
    """What every section is made from."""

    spec: ReportSpec
    context: Context
    slots: Mapping[str, str]
    reports: Path


@dataclass(frozen=True)
class Spread:
    """What the first spread takes from the rest of the report."""

    findings: Findings
    summary: Summary
    first_shown: Mapping[str, Exhibit]


def build_sections(inputs: Inputs) -> tuple[tuple[Section, ...], Exhibit | None, Exhibit | None]:
    """All sections; the exhibit that stands on the cover alone; the exhibit that the cover shows."""
    made: list[Section] = []
    cover: Exhibit | None = None
    for number, spec in enumerate(inputs.spec.sections, start=1):
        blocks, found = _blocks(spec, number, inputs)
        cover = cover or found
        made.append(_section(spec, number, blocks, inputs))
    inside = [block for section in made for block in section.blocks if isinstance(block, Exhibit)]
    exhibits = [*([cover] if cover is not None else []), *inside]
    names = next(
        (
            entry.indicators
            for section in inputs.spec.sections
            for entry in section.blocks
            if isinstance(entry, BlockSpec) and entry.block == "findings"
        ),
        (),
    )
    spread = Spread(
        findings=build.findings(inputs.context, names, {exhibit.id: exhibit for exhibit in exhibits}),
        summary=_summary(made),
        first_shown={
            reading.indicator_id: exhibit for exhibit in reversed(exhibits) for reading in exhibit.readings
        },
    )
    by_name = {exhibit.id: exhibit for exhibit in exhibits}
    shown = next((by_name[name] for name in inputs.spec.cover if name in by_name), None)
    return tuple(_linked(section, spread) for section in made), cover, shown


def _blocks(spec: SectionSpec, number: int, inputs: Inputs) -> tuple[list[Block], Exhibit | None]:
    blocks: list[Block] = []
    cover: Exhibit | None = None
    said: set[str] = set()
    gaps: list[Gap] = []
    count = 0
    for entry in spec.blocks:
        if isinstance(entry, BlockSpec):
            blocks += _block(entry, inputs)
            continue
        built = build_exhibit(entry, inputs.context, inputs.spec.how_to_read.get(entry.kind, ""))
        if isinstance(built, Gap):
            gaps.append(built)
        elif built is not None:
            count += 1
            # A caution is printed at the first exhibit of a section that it concerns.
            caveat = "" if built.caveat in said else built.caveat
            said.add(built.caveat)
            built = replace(built, number=f"{number}.{count}", caveat=caveat)
            if entry.is_cover:
                cover = built
            else:
                blocks.append(built)
    return [*blocks, _gather(gaps)] if gaps else blocks, cover


def _section(spec: SectionSpec, number: int, blocks: Sequence[Block], inputs: Inputs) -> Section:
    context = inputs.context
    text = read_prose(inputs.reports / "text" / spec.text, inputs.slots) if spec.text else {}
    own = context.settings.assessment.folder / f"{spec.id}.md"
    shown = {
        reading.indicator_id for block in blocks if isinstance(block, Exhibit) for reading in block.readings
    }
    return Section(
        id=spec.id,
        number=number,
        title=spec.title,
        warning=spec.warning,
        lead=_lead(spec, blocks, context),
        meaning=text.get("", ()),
        caveats=tuple(
            dict.fromkeys(
                row["text"]
                for row in records(context.published.tables["caveats"])
                if row["section"] == spec.id and row["indicator_id"] in shown
            )
        ),
        asides=text.get("aside", ()),
        unknown=text.get("unknown", ()) + _unknown(spec, context),
        blocks=tuple(blocks),
        commentary=read_prose(own, inputs.slots).get("", ()) if own.is_file() else (),
    )


def _lead(spec: SectionSpec, blocks: Sequence[Block], context: Context) -> Sentence:
    """The finding that opens the section: of the first named indicator or exhibit that has one."""
    by_name = {block.id: block for block in blocks if isinstance(block, Exhibit)}
    for name in spec.lead:
        if name in by_name:
            return say(by_name[name].title, ".")
        found = build.finding_of(context, name)
        if found is not None:
            return found[0]
    first = next(iter(by_name.values()), None)
    return say(first.title, ".") if first is not None and spec.lead else ()


def _gather(gaps: Sequence[Gap]) -> GapNote:
    """One note for a section; gaps for the same reason are one line of it."""
    lines: dict[tuple[str, str], Gap] = {}
    for gap in gaps:
        other = lines.get((gap.reason, gap.ask))
        if other is None:
            lines[gap.reason, gap.ask] = gap
        elif gap.name.lower() not in other.name.lower():
            name = gap.name[:1].lower() + gap.name[1:] if gap.name[1:2].islower() else gap.name
            lines[gap.reason, gap.ask] = replace(other, name=f"{other.name}; {name}")
    return GapNote(tuple(lines.values()))


def _block(entry: BlockSpec, inputs: Inputs) -> Sequence[Block]:
    if entry.block in OF_CONTEXT:
        return OF_CONTEXT[entry.block](inputs.context)
    return OF_ENTRY[entry.block](entry, inputs)


OF_CONTEXT: Mapping[str, Callable[[Context], Sequence[Block]]] = {
    **build.TABLE_BLOCKS,
    "defects": defects_table,
    "flags": flags_table,
    "lens_capture": capture_tables,
    "lens_open": open_tables,
    "lens_places": places_tables,
    "claims": claims_tables,
    "decomposition": decomposition_tables,
    "dictionary": dictionary,
    "quality": rows_tables,
    "signals": signals,
    "recommendations": recommendations,
}
OF_ENTRY: Mapping[str, Callable[[BlockSpec, Inputs], Sequence[Block]]] = {
    "tiles": lambda entry, inputs: build.tiles(inputs.context, entry.indicators, entry.most),
    "changes": lambda entry, inputs: changes(inputs.context, entry.most),
    "factors": lambda entry, inputs: factors(inputs.context, entry.most),
    "plain_findings": lambda entry, inputs: plain_findings(inputs.context, entry.sentences, entry.most),
    # These two are filled once every section is known.
    "findings": lambda _, __: [Findings(())],
    "summary": lambda _, __: [Summary(())],
    "not_measured": lambda _, inputs: build.not_measured(inputs.context, inputs.spec.families),
    "terms": lambda _, inputs: build.terms(inputs.reports / "text" / "glossary.yml"),
    "helplines": lambda _, inputs: build.helplines(inputs.spec.helplines, inputs.spec.helpline_note),
}


def _unknown(spec: SectionSpec, context: Context) -> Prose:
    """One line naming the section's indicators for which no figure is available."""
    missing = []
    for indicator in context.published.indicators.values():
        if indicator.section in spec.indicator_sections:
            cells = select(context, indicator.indicator_id)
            if cells and all(reading.value_status == NOT_AVAILABLE for reading in cells):
                missing.append(f"“{indicator.title}”")
    if not missing:
        return ()
    listed = "; ".join(missing[:6]) + (f"; and {len(missing) - 6} more" if len(missing) > 6 else "")
    link = Run("What to ask for", link="#not-measured")
    return (Paragraph(say("No figure could be made for: ", listed, ". ", link, ".")),)


def _summary(sections: Sequence[Section]) -> Summary:
    """What our definition leaves out, and what data we did not have."""
    made = []
    exhibits = [block for section in sections for block in section.blocks if isinstance(block, Exhibit)]
    # The first of each kind; tables of definitions speak only where no share or part that is left out can.
    first = {exhibit.kind: exhibit for exhibit in reversed(exhibits)}
    spoken = [kind for kind in ("lens_bars", "lens_share", "left_out") if kind in first]
    if spoken in ([], ["lens_bars"]):
        spoken = [kind for kind in ("lens_bars", "lens_table") if kind in first]
    definitions = [
        say(first[kind].title, ". ", Run(f"Exhibit {first[kind].number}", link=f"#exhibit-{first[kind].id}"))
        for kind in spoken
    ]
    if definitions:
        made.append(SummaryPart("What our definition leaves out", tuple(definitions)))
    for section in sections:
        for block in section.blocks:
            if isinstance(block, TableBlock) and block.id == "not-measured":
                names = [row[0].text for row in block.table.rows]
                listed = say("Some or all figures are missing on: ", "; ".join(names), ". ",
                             Run("Why, and what to ask for", link="#not-measured"))  # fmt: skip
                made.append(SummaryPart("What data we did not have", (listed,)))
    return Summary(tuple(made))


def _linked(section: Section, spread: Spread) -> Section:
    """The section with its headline numbers and findings, each pointing at the exhibit that shows it."""
    linked: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Tiles):
            tiles = [replace(one, exhibit=spread.first_shown.get(one.indicator_id)) for one in block.tiles]
            linked.append(Tiles(tuple(tiles)))
        elif isinstance(block, Findings) and not block.items:
            items = [
                replace(one, exhibit=one.exhibit or spread.first_shown.get(one.indicator_id))
                for one in spread.findings.items
            ]
            if items:
                linked.append(replace(spread.findings, items=tuple(items)))
        elif isinstance(block, Summary):
            if spread.summary.parts:
                linked.append(spread.summary)
        else:
            linked.append(block)
    return replace(section, blocks=tuple(linked))
