"""yearly.yml, text and published figures as one frozen document, which every output is written from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.report import blocks as build
from pipeline.report.anatomy import Exhibit
from pipeline.report.marks import Approval, Mark, find_marks
from pipeline.report.numbers import format_date
from pipeline.report.published import Published, records
from pipeline.report.sections import Inputs, Section, build_sections
from pipeline.report.selection import Context
from pipeline.report.specs import Helpline, ReportSpec
from pipeline.report.tables import Table
from pipeline.settings import Settings


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
    marks: tuple[Mark, ...]
    release: str
    cover: Exhibit | None
    only_cover: Exhibit | None
    sections: tuple[Section, ...]
    helplines: tuple[Helpline, ...]
    helpline_note: str
    sources: Table
    source_summary: str
    context: Context

    @property
    def marking(self) -> str:
        """The words of the marks, for a title or a file that is passed on alone; '' where there is none."""
        return " ".join(mark.word for mark in self.marks)

    @property
    def full_title(self) -> str:
        """Marks, title, area and edition in one line."""
        return f"{self.prefix}{self.title}: {self.area}, {self.edition}"

    @property
    def prefix(self) -> str:
        """What stands before a title: the marks and a colon; '' where there is none."""
        return f"{self.marking}: " if self.marks else ""

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Every exhibit in reading order, the cover's own first."""
        inside = [block for one in self.sections for block in one.blocks if isinstance(block, Exhibit)]
        return tuple(([self.only_cover] if self.only_cover is not None else []) + inside)


def build_document(
    spec: ReportSpec, published: Published, settings: Settings, reports: Path, approval: Approval | None
) -> Document:
    """The document of an assessment; the same arguments give the same document.

    Without an `approval` it is a draft, and says so.
    """
    assessment = settings.assessment
    marks = find_marks(assessment.is_synthetic, approval)
    context = Context(
        published,
        settings,
        records(published.tables["series_breaks"]),
        {row["source_id"]: row for row in records(published.tables["sources"])},
        tuple(mark.word for mark in marks),
    )
    sections, only_cover, cover = build_sections(Inputs(spec, context, _slots(context), reports))
    return Document(
        title=spec.title,
        subtitle=spec.subtitle,
        author=spec.author,
        area=assessment.area.name,
        edition=assessment.edition,
        period=f"{format_date(assessment.start)} to {format_date(assessment.cut_off)}",
        cut_off=format_date(assessment.cut_off),
        marks=marks,
        release=f"{approval.release_id}, approved on {format_date(approval.approved_on)}" if approval else "",
        cover=cover,
        only_cover=only_cover,
        sections=sections,
        helplines=spec.helplines,
        helpline_note=spec.helpline_note,
        sources=build.sources_table(context),
        source_summary=build.source_summary(context),
        context=context,
    )


def _slots(context: Context) -> dict[str, str]:
    assessment = context.settings.assessment
    lenses = {row["lens_id"]: row for row in records(context.published.tables["lenses"])}
    local = lenses.get(assessment.definition.lens_id)
    certificate = context.published.certificate
    is_proved = bool(certificate.get("proved"))
    return {
        "area": assessment.area.name,
        "edition": assessment.edition,
        "start": format_date(assessment.start),
        "cut_off": format_date(assessment.cut_off),
        "region": assessment.area.region_name,
        "country": assessment.area.country_name,
        "our_definition": str(local["title"]) if local else "not published in this edition",
        "definition_note": assessment.definition.note,
        "hidden_cells": f"{int(certificate.get('hidden_figures') or 0):,}",
        "published_cells": f"{int(certificate.get('figures') or 0):,}",
        "suppression_method": str(certificate.get("method") or "not stated").rstrip("."),
        "suppression_proof": "proved unrecoverable" if is_proved else "not yet proved unrecoverable",
    }
