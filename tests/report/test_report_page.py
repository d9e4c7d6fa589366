"""The page says the published number, and nothing in it can act."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from published import HOSTILE

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, and the text inside each element that has some."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.open: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(len(self.tags) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.tags[self.open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for index in self.open:
            self.texts[index] = self.texts.get(index, "") + data


@pytest.fixture(scope="module")
def page(report: Path) -> Page:
    return Page((report / "index.html").read_text(encoding="utf-8"))


def attributes(page: Page, name: str) -> list[str]:
    return [found[name] or "" for _, found in page.tags if name in found]


def test_every_published_number_on_the_page_is_the_published_one(
    page: Page, printed: dict[tuple[str, str], str]
) -> None:
    shown = [
        (found["data-cell-id"], found["data-field"], page.texts.get(index, ""))
        for index, (_, found) in enumerate(page.tags)
        if "data-cell-id" in found
    ]
    assert len(shown) > 1000
    wrong = [(cell, field, text) for cell, field, text in shown if printed[cell or "", field or ""] != text]
    assert wrong == []


def test_the_four_statuses_look_different(page: Page) -> None:
    cells = [
        page.texts.get(index, "")
        for index, (tag, found) in enumerate(page.tags)
        if "data-cell-id" in found and tag == "td"
    ]
    assert {"[c]", "[x]", "[z]"} <= set(cells)
    assert any(re.fullmatch(r"[\d,.]+%?", text) for text in cells)


def test_hostile_names_are_text(page: Page) -> None:
    everything = page.texts[0]
    for name in HOSTILE:
        assert " ".join(name.split()) in " ".join(everything.split())
    assert [found["src"] for tag, found in page.tags if tag == "script"] == ["assets/report.js"]
    assert not [tag for tag, found in page.tags if any(name.startswith("on") for name in found)]
    assert not [tag for tag, _ in page.tags if tag in ("iframe", "object", "embed", "img")]
    assert "49" not in re.findall(r"\{area\} (\S+)", everything)


def test_nothing_is_loaded_from_elsewhere(page: Page) -> None:
    policy = next(
        found["content"] for _, found in page.tags if found.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy and "default-src 'none'" in policy and "script-src 'self';" in policy
    for address in attributes(page, "href") + attributes(page, "src"):
        assert not address.startswith(("http", "//", "javascript:", "data:")), address


def test_every_file_that_the_page_names_is_there(page: Page, report: Path) -> None:
    for address in attributes(page, "href") + attributes(page, "src"):
        if not address.startswith(("#", "tel:")):
            assert (report / address).is_file(), address
    for name in attributes(page, "data-exhibit"):
        script = (report / "assets" / "figures" / f"{name}.js").read_text(encoding="utf-8")
        assert script.startswith("window.exhibitFigures")


def test_every_link_inside_the_page_leads_somewhere(page: Page) -> None:
    ids = attributes(page, "id")
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    for address in attributes(page, "href"):
        if address.startswith("#"):
            assert address[1:] in ids, address
    for name in ("aria-labelledby", "aria-describedby"):
        for value in attributes(page, name):
            assert set(value.split()) <= set(ids), value


def test_a_reader_who_cannot_see_is_told_the_same(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert tags.count("h1") == 1 and {"main", "nav", "header", "footer"} <= set(tags)
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    charts = [found for tag, found in page.tags if tag == "svg" and "chart" in (found.get("class") or "")]
    assert len(charts) >= 15
    assert all(found.get("role") == "img" and found.get("aria-labelledby") for found in charts)
    heads = [found for tag, found in page.tags if tag == "th"]
    assert heads and all(found.get("scope") in ("col", "row") for found in heads)


def test_synthetic_and_draft_stand_on_the_page_and_on_every_exhibit(page: Page) -> None:
    figures = [index for index, (tag, _) in enumerate(page.tags) if tag == "figure"]
    assert len(figures) >= 15
    for index in figures:
        assert "SYNTHETIC" in page.texts[index] and "DRAFT" in page.texts[index]
    assert any(found.get("class") == "marking" for _, found in page.tags)


def test_no_absence_is_printed_as_a_number(report: Path, empty_report: Path) -> None:
    for folder in (report, empty_report):
        for file in [folder / "index.html", *folder.glob("data/*.csv"), *folder.glob("assets/figures/*.js")]:
            text = file.read_text(encoding="utf-8")
            assert not re.findall(
                r"(?<![\w-])(NaN|nan|None|NaT|inf|Infinity|<NA>|undefined)(?![\w-])", text
            ), file.name


def test_an_area_without_data_still_has_a_report(empty_report: Path) -> None:
    page = Page((empty_report / "index.html").read_text(encoding="utf-8"))
    assert not [found for tag, found in page.tags if tag == "svg" and "chart" in (found.get("class") or "")]
    everything = page.texts[0]
    assert "What we could not measure, and what to ask for" in everything
    assert "Ask the supplier of police recorded crime for the missing extract." in everything
    assert "0808 2000 247" in everything
