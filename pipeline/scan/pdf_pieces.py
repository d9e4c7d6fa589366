"""The PDF as pieces: drawings are those of the page, page numbers are right, the rest is read number by number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from pipeline.scan.pdf_source import read_source
from pipeline.scan.pdf_text import Pdf, PdfPage, read_pdf
from pipeline.scan.pieces import NUMERAL, Piece, StrayFigure, has_number

CONTENTS = "Contents"
# Holds a line together: before a page number in the contents, and wherever the typeface pairs it with a digit.
JOINER = "\u2060"
# Letters that every typeface has: another is drawn as a box.
PLAIN = re.compile(r"[^0-9A-Za-z.,%]")


def read_edges(file: Path) -> frozenset[str]:
    """What the pages of a PDF repeat: their heads, their numbers, and the headings of tables that go on."""
    return frozenset(text for page in read_pdf(file).pages for text in page.repeated)


def read_pdf_pieces(file: Path, drawings: Sequence[str], edges: frozenset[str]) -> list[Piece]:
    """Every number of a PDF in reading order, but for those of drawings, whose texts must be those of the page's
    own; then all that its source says beside.

    Raises StrayFigure where a drawing is another than on the page, a page number is not that of its page, or a page
    repeats what is neither said in the report nor among the `edges` of its stand-in.
    """
    pdf = read_pdf(file)
    left = list(map(_plain, drawings))
    pieces = [Piece("its properties", pdf.about, kind="fixed")]
    for number, page in enumerate(pdf.pages, start=1):
        texts = _without_drawings(page.texts, left)
        if CONTENTS in texts:
            texts = list(_without_page_numbers(file.name, pdf, texts))
        pieces += [Piece("text", numeral, line=number) for text in texts for numeral in _numerals(text)]
        _check_edges(file.name, number, page, edges | {text for each in pdf.pages for text in each.texts})
    if left:
        raise StrayFigure(file.name, "drawings", "drawings that are not those of index.html")
    # Where a page ends depends on how long its numbers are; the rest of the file knows no pages.
    return [*pieces, *read_source(file)]


def _without_drawings(texts: Sequence[str], left: list[str]) -> list[str]:
    """The texts of a page but for those of drawings: a drawing's stand together, often letter by letter."""
    plain = [_plain(text) for text in texts]
    starts = [0]
    for text in plain:
        starts.append(starts[-1] + len(text))
    joined = "".join(plain)
    taken: set[int] = set()
    for drawing in sorted(left, key=len, reverse=True):
        at = joined.find(drawing) if drawing else -1
        if at >= 0 and not any(at <= starts[index] < at + len(drawing) for index in taken):
            left.remove(drawing)
            taken |= {
                index
                for index in range(len(texts))
                if at <= starts[index] < at + len(drawing) and plain[index]
            }
    return [text for index, text in enumerate(texts) if index not in taken]


def _without_page_numbers(name: str, pdf: Pdf, texts: Sequence[str]) -> Iterator[str]:
    """The texts but for the page numbers in the contents, each of which is the page on which its heading stands."""
    heading, number = "", ""
    for text in (*texts, ""):
        if text.startswith(JOINER) and text[1:].isdigit():
            number = text[1:]
        elif number and text.isdigit():
            number += text
        else:
            if number:
                is_there = int(number) <= len(pdf.pages) and heading in _plain(
                    "".join(pdf.pages[int(number) - 1].texts)
                )
                if not is_there:
                    raise StrayFigure(name, "contents", "a page number that is not that of its heading")
                heading, number = "", ""
            # A heading in several parts ends with its page number; what is no heading never has one.
            heading = heading + _plain(text) if text[:1] == " " or heading.isdigit() else _plain(text)
            yield text


def _check_edges(name: str, number: int, page: PdfPage, known: Set[str]) -> None:
    for text in page.repeated:
        if has_number(text) and text.strip() != str(number) and text not in known:
            raise StrayFigure(
                name, f"page {number}", "a number at the edge of a page that nothing in the report says"
            )


def _numerals(text: str) -> list[str]:
    found = re.findall(rf"{NUMERAL.pattern}|\S", text.replace(JOINER, ""))
    return [part for part in found if has_number(part)]


def _plain(text: str) -> str:
    return PLAIN.sub("", text)
