"""The document as a tagged PDF (PDF/UA-1), set by Typst; in its templates every value is a string literal."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup
from matplotlib.ft2font import FT2Font

from pipeline.report.blocks import TableBlock, Terms
from pipeline.report.document import Document
from pipeline.report.html import LONG_TABLE, font_folder, symbols_in
from pipeline.report.widths import table_shape


def write_pdf(document: Document, drawings: dict[str, str], templates: Path, folder: Path) -> None:
    """Write the PDF into the folder; the same document gives the same bytes."""

    day = document.context.settings.assessment.cut_off
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name, svg in drawings.items():
            (root / f"{name}.svg").write_text(svg, encoding="utf-8")
        (root / "report.typ").write_text(_source(document, templates), encoding="utf-8")
        typst.compile(
            root / "report.typ",
            output=folder / document.files.pdf,
            root=root,
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )


def _source(document: Document, templates: Path) -> str:

    # What a template prints is a Typst literal unless a macro made it: text can never become markup.
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=literal,
    )
    environment.filters["code"] = Markup
    environment.globals.update(
        symbols_in=symbols_in,
        table_shape=table_shape,
        labels=_labels(document),
        long_table=LONG_TABLE,
    )
    return environment.get_template("report.typ.j2").render(
        document=document,
        document_title=document.full_title,
        running_title=f"{document.area} · {document.edition}",
        date=document.context.settings.assessment.cut_off,
    )


def literal(value: Any) -> Markup:
    """A value as a Typst literal: text quoted and escaped, a number as it is, a macro's output untouched."""

    if isinstance(value, Markup):
        return value
    if isinstance(value, Undefined):
        # Printing an unknown name must fail as StrictUndefined says.
        str(value)
    if isinstance(value, bool) or value is None:
        raise TypeError("A template printed a truth value or nothing: print text or a number.")
    if isinstance(value, int | float):
        return Markup(f"{value}")
    text = " ".join("".join(letter if _can_print(letter) else "\ufffd" for letter in str(value)).split(" "))
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return Markup(f'"{escaped}"')


def _labels(document: Document) -> frozenset[str]:
    found = {section.id for section in document.sections} | {f"exhibit-{one.id}" for one in document.exhibits}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                found.add(block.id)
            elif isinstance(block, Terms):
                found |= {term.id for term in block.terms}
    return frozenset(found)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:

    return frozenset(FT2Font(str(font_folder() / "AtkinsonHyperlegible-Regular.ttf")).get_charmap())


def _can_print(letter: str) -> bool:
    # PDF/UA refuses a letter without a glyph; the page on screen shows it in a font of the reader's.
    return letter == " " or (ord(letter) in _letters() and letter.isprintable())
