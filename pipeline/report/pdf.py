"""The document as a tagged PDF (PDF/UA-1), set by Typst; in its templates every value is a string literal."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
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
from pipeline.report.tables import Table

FULL_WIDTH = 170.0
MILLIMETRES_A_LETTER = 1.75
SHORT_COLUMN, LEAST_TEXT = 18.0, 10.0
# In millimetres between columns, and of text in points: the usual one first.
GAP, SIZES = 3.0, (9.0, 8.0, 7.0)


@dataclass(frozen=True)
class Shape:
    """How wide a table and its columns are, and the size of its text."""

    width: float
    size: float
    weights: tuple[float, ...]


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


def table_shape(table: Table) -> Shape:
    """Column widths by what the columns hold: numbers get what they need, text shares the rest by its length."""
    wanted, least, missing = [], [], []
    for index, column in enumerate(table.columns):
        cells = [row[index].text for row in table.rows] or [""]
        word = max((len(part) for text in (column.heading, *cells[:200]) for part in text.split()), default=1)
        longest = max(len(text) for text in cells)
        average = sum(len(text) for text in cells) / len(cells)
        heading = min(max((len(part) for part in column.heading.split()), default=1) * 1.25, 16.0)
        if column.is_number:
            wanted.append(float(max(longest, min(word, 14), heading * 0.7, 4)))
            least.append(wanted[-1])
        else:
            wanted.append(float(min(max(average * 1.15, min(word, 16), heading, min(longest, 22)), 80)))
            # Short columns keep what they need; long ones are broken between words.
            is_short = wanted[-1] <= SHORT_COLUMN
            least.append(wanted[-1] if is_short else float(max(min(word, 16), LEAST_TEXT)))
        missing.append(max(average - least[-1], 0.0) if wanted[-1] > least[-1] else 0.0)
    gaps = GAP * len(wanted)
    width = sum(wanted) * MILLIMETRES_A_LETTER + gaps
    if width <= FULL_WIDTH:
        return Shape(round(max(width, 60), 1), SIZES[0], tuple(round(each, 2) for each in wanted))
    letters = {size: (FULL_WIDTH - gaps) / (MILLIMETRES_A_LETTER * size / SIZES[0]) for size in SIZES}
    readable = SIZES if width <= FULL_WIDTH * 1.1 else SIZES[1:]
    size = next((size for size in readable if sum(least) <= letters[size]), SIZES[-1])
    spare = max(letters[size] - sum(least), 0.0)
    every = sum(missing) or 1.0
    shares = [some + spare * more / every for some, more in zip(least, missing, strict=True)]
    return Shape(FULL_WIDTH, size, tuple(round(share, 2) for share in shares))


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
