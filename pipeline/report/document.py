"""An edition's settings, text and published figures as one frozen document, which its files are written from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.report import blocks as build
from pipeline.report.anatomy import Exhibit
from pipeline.report.editions import FULL, Edition
from pipeline.report.marks import Approval, Mark, find_marks
from pipeline.report.numbers import format_date
from pipeline.report.published import Published, records
from pipeline.report.sections import Inputs, Section, build_sections
from pipeline.report.selection import Context
from pipeline.report.specs import Helpline, ReportSpec
from pipeline.report.tables import Table
from pipeline.settings import Settings


@dataclass(frozen=True)
class Files:
    """Where a document's files lie in the report's folder."""

    page: str
    pdf: str
    data: str

    @property
    def root(self) -> str:
        """The way from the page back to the folder: nothing, or `../`."""
        return "../" * self.page.count("/")


@dataclass(frozen=True)
class Document:
    """One edition, ready to be written."""

    files: Files
    opening: str
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


def place_files(edition: Edition, place: str = "") -> Files:
    """Where the files of an edition lie; `place` names the district that it is about."""
    page, pdf = (name.replace("{place}", place) for name in (edition.page, edition.pdf))
    return Files(f"{page}.html", f"{pdf}.pdf", "data" if edition == FULL else f"data/{page}")


def name_districts(names: Mapping[str, str]) -> dict[str, str]:
    """What the files of each district are called: its name in plain letters, with its code where two are alike."""
    plain = {code: _plain_letters(name) for code, name in names.items()}
    taken = list(plain.values())
    return {
        code: name if name and taken.count(name) == 1 else "-".join(filter(None, (name, code.lower())))
        for code, name in plain.items()
    }


def _plain_letters(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


def build_document(
    spec: ReportSpec,
    published: Published,
    settings: Settings,
    reports: Path,
    approval: Approval | None,
    files: Files | None = None,
    district: str = "",
) -> Document:
    """The document of an assessment, or of one `district` of it; the same arguments give the same document.

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
        district,
    )
    sections, only_cover, cover = build_sections(Inputs(spec, context, _slots(context), reports))
    return Document(
        files=files or place_files(FULL),
        opening=spec.opening,
        title=spec.title,
        subtitle=spec.subtitle,
        author=spec.author,
        area=context.place_name,
        edition=assessment.edition,
        period=f"{format_date(assessment.start)} to {format_date(assessment.cut_off)}",
        cut_off=format_date(assessment.cut_off),
        marks=marks,
        release=f"{approval.release_id}, approved on {format_date(approval.approved_on)}"
        if approval and not approval.changed
        else "",
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
        "place": context.place_name,
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
