"""The PDF is tagged, says what the page says, and takes no name for markup."""

from __future__ import annotations

import re
from pathlib import Path

import pdfua
import pymupdf
import pytest
import typst
from published import HOSTILE
from test_report_page import Page

from pipeline.report.html import font_folder
from pipeline.report.pdf import literal

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:pymupdf", "ignore:builtin type:DeprecationWarning"
)


@pytest.fixture(scope="module")
def pages(report: Path) -> list[str]:
    with pymupdf.open(report / "report.pdf") as document:
        return [" ".join(page.get_text().split()) for page in document]


def test_the_pdf_is_tagged_and_keeps_every_rule_of_pdf_ua(report: Path, empty_report: Path) -> None:
    for folder in (report, empty_report):
        content = (folder / "report.pdf").read_bytes()
        assert b"pdfuaid:part" in content and b"/StructTreeRoot" in content
        assert list(pdfua.validate(str(folder / "report.pdf")).findings) == []


def test_the_headline_numbers_of_the_page_are_in_the_text_of_the_pdf(report: Path, pages: list[str]) -> None:
    page = Page((report / "index.html").read_text(encoding="utf-8"))
    tiles = [page.texts[i] for i, (_, found) in enumerate(page.tags) if found.get("class") == "tile-value"]
    titles = [
        page.texts[i] for i, (_, found) in enumerate(page.tags) if found.get("class") == "exhibit-title"
    ]
    assert len(tiles) == 6 and len(titles) >= 15
    everything = re.sub(r"\s", "", "".join(pages))
    for text in tiles + titles:
        assert re.sub(r"\s", "", text) in everything


def test_hostile_names_are_text_in_the_pdf(pages: list[str]) -> None:
    everything = re.sub(r"\s", "", "".join(pages))
    for name in HOSTILE:
        assert re.sub(r"\s", "", name) in everything
    assert "root:" not in everything


def test_synthetic_and_draft_stand_on_every_page(pages: list[str]) -> None:
    assert len(pages) > 10
    assert [
        number
        for number, text in enumerate(pages, start=1)
        if not {"SYNTHETIC", "DRAFT"} <= set(re.findall(r"\w+", text))
    ] == []


def test_pages_are_numbered_and_headed_and_help_stands_first_and_last(pages: list[str]) -> None:
    for number, text in enumerate(pages[1:], start=2):
        assert "Exampleshire · 2024" in text and re.search(rf"(?<!\d){number}(?!\d)", text)
    for text in (pages[0], pages[-1]):
        assert "0808 2000 247" in text


def test_only_the_shipped_typeface_is_used_and_it_is_embedded(report: Path) -> None:
    with pymupdf.open(report / "report.pdf") as document:
        fonts = {(font[1], font[3]) for page in document for font in page.get_fonts(full=True)}
    assert fonts and all(kind != "n/a" and "AtkinsonHyperlegible" in name for kind, name in fonts)


def test_no_absence_is_printed_as_a_number_in_the_pdf(pages: list[str]) -> None:
    assert not re.findall(r"(?<![\w-])(NaN|nan|None|NaT|inf|<NA>)(?![\w-])", " ".join(pages))


@pytest.mark.parametrize("letters", ["żółć", "中文", "العربية", "😀", "\x07bell", "\u202edesrever"])
def test_a_letter_without_a_glyph_does_not_stop_the_pdf(letters: str) -> None:
    source = f"""
        #set document(title: [x])
        #set text(font: "Atkinson Hyperlegible")
        #{literal(letters)};
    """
    typst.compile(source.encode(), font_paths=[font_folder()], ignore_system_fonts=True, pdf_standards="ua-1")
