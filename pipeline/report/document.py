"""yearly.yml, text and published figures as one frozen document, which every output is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.report import blocks as build
from pipeline.report.blocks import Block, Findings, GapNote, Tiles
from pipeline.report.exhibits import Exhibit, Gap, build_exhibit
from pipeline.report.numbers import NOT_AVAILABLE, format_date
from pipeline.report.prose import Prose, read_prose
from pipeline.report.published import Published, records
from pipeline.report.selection import Context, select
from pipeline.report.sentences import Run, Sentence, plain, say
from pipeline.report.specs import BlockSpec, ExhibitSpec, Helpline, ReportSpec, SectionSpec
from pipeline.report.tables import Table
from pipeline.settings import Settings


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
class Document:
    """The whole report, ready to be written."""

    title: str
    subtitle: str
    author: str
    area: str
    edition: str
    period: str
    cut_off: str
    is_synthetic: bool
    cover: Exhibit | None
    sections: tuple[Section, ...]
    helplines: tuple[Helpline, ...]
    helpline_note: str
    sources: Table
    context: Context

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Exhibit))


def build_document(spec: ReportSpec, published: Published, settings: Settings, reports: Path) -> Document:
    """The document of an assessment; the same arguments give the same document."""
    assessment = settings.assessment
    context = Context(
        published,
        settings,
        records(published.tables["series_breaks"]),
        {row["source_id"]: row for row in records(published.tables["sources"])},
    )
    slots = _slots(context)
    sections: list[Section] = []
    covers: list[Exhibit] = []
    for number, section in enumerate(spec.sections, start=1):
        sections.append(_section(section, number, spec, context, slots, reports, covers))
    sections = [_linked(section, sections) for section in sections]
    return Document(
        title=spec.title,
        subtitle=spec.subtitle,
        author=spec.author,
        area=assessment.area.name,
        edition=assessment.edition,
        period=f"{format_date(assessment.start)} to {format_date(assessment.cut_off)}",
        cut_off=format_date(assessment.cut_off),
        is_synthetic=assessment.is_synthetic,
        cover=covers[0] if covers else None,
        sections=tuple(sections),
        helplines=spec.helplines,
        helpline_note=spec.helpline_note,
        sources=build.sources_table(context),
        context=context,
    )


def _slots(context: Context) -> dict[str, str]:
    assessment = context.settings.assessment
    lenses = {row["lens_id"]: row for row in records(context.published.tables["lenses"])}
    local = lenses.get(assessment.definition.lens_id)
    certificate = context.published.certificate
    return {
        "area": assessment.area.name,
        "edition": assessment.edition,
        "start": format_date(assessment.start),
        "cut_off": format_date(assessment.cut_off),
        "region": assessment.area.region_name,
        "country": assessment.area.country_name,
        "our_definition": str(local["title"]) if local else "not published in this edition",
        "definition_note": assessment.definition.note,
        "hidden_cells": f"{int(certificate.get('suppressed', 0)):,}",
        "published_cells": f"{int(certificate.get('cells', 0)):,}",
        "suppression_method": str(certificate.get("method", "not stated")),
        "suppression_proof": "proved unrecoverable" if certificate.get("proved") else "not yet proved unrecoverable",
    }


def _section(
    section: SectionSpec,
    number: int,
    spec: ReportSpec,
    context: Context,
    slots: dict[str, str],
    reports: Path,
    covers: list[Exhibit],
) -> Section:
    text = read_prose(reports / "text" / section.text, slots) if section.text else {}
    blocks: list[Block] = []
    exhibit_number = 0
    for entry in section.blocks:
        if isinstance(entry, ExhibitSpec):
            built = build_exhibit(entry, context, spec.how_to_read.get(entry.kind, ""))
            if isinstance(built, Exhibit):
                exhibit_number += 1
                built = replace(built, number=f"{number}.{exhibit_number}")
                if entry.is_cover:
                    covers.append(built)
                blocks.append(built)
            elif isinstance(built, Gap):
                _add_gap(blocks, built)
        else:
            blocks += _block(entry, spec, context, reports)
    local = context.settings.assessment.folder / f"{section.id}.md"
    families = {
        context.published.indicators[reading.indicator_id].series_family
        for block in blocks
        if isinstance(block, Exhibit)
        for reading in block.readings
    }
    caveats = [row.text for row in spec.caveats if row.section == section.id and row.family in families]
    first = next((block for block in blocks if isinstance(block, Exhibit)), None)
    unknown = _unknown(section, context)
    return Section(
        id=section.id,
        number=number,
        title=section.title,
        warning=section.warning,
        lead=first.title if first is not None and section.indicator_sections else (),
        meaning=text.get("", ()) + text.get("meaning", ()),
        caveats=tuple(caveats),
        asides=text.get("aside", ()),
        unknown=text.get("unknown", ()) + unknown,
        blocks=tuple(blocks),
        commentary=read_prose(local, slots).get("", ()) if local.is_file() else (),
    )


def _add_gap(blocks: list[Block], gap: Gap) -> None:
    """Gaps that follow one another become one note, one line a reason."""
    last = blocks[-1] if blocks else None
    if isinstance(last, GapNote):
        blocks[-1] = GapNote((*last.gaps, gap))
    else:
        blocks.append(GapNote((gap,)))


def _block(entry: BlockSpec, spec: ReportSpec, context: Context, reports: Path) -> Sequence[Block]:
    if entry.block == "tiles":
        return build.tiles(context, entry.indicators)
    if entry.block == "findings":
        return build.findings(context, entry.indicators)
    if entry.block == "not_measured":
        return build.not_measured(context, spec.families)
    if entry.block == "terms":
        return build.terms(reports / "text" / "glossary.yml")
    if entry.block == "helplines":
        return build.helplines(spec.helplines, spec.helpline_note)
    return build.TABLE_BLOCKS[entry.block](context)


def _unknown(section: SectionSpec, context: Context) -> Prose:
    """One line naming the section's indicators for which no figure is available."""
    from pipeline.report.prose import Paragraph

    missing = []
    for indicator in context.published.indicators.values():
        if indicator.section not in section.indicator_sections:
            continue
        cells = select(context, indicator.indicator_id)
        if cells and all(reading.value_status == NOT_AVAILABLE for reading in cells):
            missing.append(indicator.title)
    if not missing:
        return ()
    listed = "; ".join(missing[:6]) + (f"; and {len(missing) - 6} more" if len(missing) > 6 else "")
    return (Paragraph(say("No figure for: ", listed, ". ", Run("What to ask for", link="#not-measured"), ".")),)


def _linked(section: Section, sections: Sequence[Section]) -> Section:
    """The section with its tiles and findings pointing at the exhibits that show them."""
    first_shown: dict[str, Exhibit] = {}
    for one in sections:
        for block in one.blocks:
            if isinstance(block, Exhibit):
                for reading in block.readings:
                    first_shown.setdefault(reading.indicator_id, block)
    linked: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Tiles):
            linked.append(Tiles(tuple(
                replace(tile, exhibit=first_shown[tile.indicator_id]) if tile.indicator_id in first_shown else tile
                for tile in block.tiles)))  # fmt: skip
        elif isinstance(block, Findings):
            linked.append(Findings(tuple(
                replace(item, exhibit=first_shown[item.indicator_id]) if item.indicator_id in first_shown else item
                for item in block.items), block.is_published))  # fmt: skip
        else:
            linked.append(block)
    return replace(section, blocks=tuple(linked))


def headline(document: Document) -> str:
    """The sentence that the cover carries."""
    return plain(document.cover.title) if document.cover is not None else document.title
