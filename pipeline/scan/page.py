"""The page as pieces: its text, its drawings' text, and the attributes that are read aloud or shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

from pipeline.scan.pieces import Piece, StrayFigure, has_number

# A drawing's ids begin with a digest of the drawing; a note's with where it stands.
DIGEST = re.compile(r"^c[0-9a-f]{8}-")
POSITION = re.compile(r"^(note)-\d+-\d+")
LINE = re.compile(r"-\d+$")
# An axis, or that of one line of panels.
TICK = re.compile(r"^(tick\d*|time)-\d+$")
# What a drawing leaves out where there is no room.
LABEL = re.compile(r"^(halo-name|row-\d+-part-\d+-value)")
WITHOUT_END = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
# In a drawing all other attributes say where something stands, and how it looks.
READ_IN_DRAWINGS = frozenset(("alt", "title", "aria-label", "aria-description", "aria-valuetext"))
# Names of elements, and the cell that a figure names.
NAMES = frozenset(
    (
        "id",
        "class",
        "aria-labelledby",
        "aria-describedby",
        "data-cell-id",
        "data-field",
        "data-plot",
        "data-exhibit",
        "data-shows",
    )
)
OWNERS = frozenset(("figure", "section", "div"))


@dataclass(frozen=True)
class Page:
    """Every piece that holds a number or names a published cell, in order; of each drawing all its text; and where
    its tables and its PDF lie."""

    pieces: tuple[Piece, ...]
    drawings: tuple[str, ...]
    tables: tuple[str, ...]
    pdf: str


def read_page(file: Path) -> Page:
    """What a page says, to whoever looks at it, listens to it or reads its source."""
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    reader.close()
    pieces = tuple(piece for piece in reader.found if piece.cell or has_number(piece.text))
    tables, pdfs = (
        tuple(dict.fromkeys(link for link in reader.links if link.endswith(ending)))
        for ending in (".csv", ".pdf")
    )
    if len(pdfs) != 1:
        raise StrayFigure(file.name, "its links", "not the one PDF that goes with it")
    return Page(pieces, tuple(reader.drawings.values()), tables, pdfs[0])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.drawings: dict[int, str] = {}
        self.links: list[str] = []
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open.append((tag, found))
        self._count += tag == "svg"
        if tag == "a":
            self.links.append(found.get("href", ""))
        for name, value in found.items():
            is_read = name in READ_IN_DRAWINGS if self._is_in_drawing() else name not in NAMES
            if is_read:
                self._add(f"{self._place()} {name}", value, "picture")
        if tag in WITHOUT_END:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in WITHOUT_END:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text, name = data.strip(), self._name()
        if not text:
            return
        if self._open and self._open[-1][0] == "text":
            self.drawings[self._count] = self.drawings.get(self._count, "") + text
        if not self._is_in_drawing():
            self._add(self._place(), text, "text", self._cell())
        elif self.found and self.found[-1].place == self._place(LINE.sub("", name)) and LINE.search(name):
            # One text in several lines: where it breaks depends on how long its numbers are.
            self.found[-1] = replace(self.found[-1], text=f"{self.found[-1].text} {text}")
        else:
            tick = TICK.match(name)
            axis = f"drawing {self._count} {tick[1]}" if tick else ""
            self._add(self._place(), text, "label" if LABEL.match(name) else "picture", axis=axis)

    def handle_comment(self, data: str) -> None:
        self.handle_data(data)

    def _add(
        self, place: str, text: str, kind: str, cell: tuple[str, str] | None = None, axis: str = ""
    ) -> None:
        self.found.append(Piece(place, text, self._owner(), cell, axis, kind, self.getpos()[0]))

    def _cell(self) -> tuple[str, str] | None:
        for _, found in self._open[::-1]:
            if "data-cell-id" in found:
                return found["data-cell-id"], found.get("data-field", "")
        return None

    def _is_in_drawing(self) -> bool:
        return any(tag == "svg" for tag, _ in self._open)

    def _name(self) -> str:
        name = next((found["id"] for _, found in self._open[::-1] if found.get("id")), "")
        return POSITION.sub(r"\1", DIGEST.sub("", name.removeprefix("cover-")))

    def _place(self, name: str | None = None) -> str:
        owner, name, tag = (
            self._owner(),
            self._name() if name is None else name,
            self._open[-1][0] if self._open else "",
        )
        return " ".join(dict.fromkeys(filter(None, (owner, name, tag))))

    def _owner(self) -> str:
        for tag, found in self._open[::-1]:
            if tag == "figure" and "data-shows" in found:
                return found["data-shows"]
            if tag in OWNERS and found.get("id") and not found["id"].startswith("plot-"):
                return found["id"].removeprefix("exhibit-")
        return ""
