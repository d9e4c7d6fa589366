"""The page as pieces: its text, its drawings' text, and the attributes that are read aloud or shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

from pipeline.scan.pieces import Piece, StrayFigure, has_number

# The ids of a drawing begin with one digest of it.
DIGEST = re.compile(r"\bc[0-9a-f]{8}-")
LINE = re.compile(r"-\d+$")
# An axis, or that of one line of panels.
TICK = re.compile(r"^(tick\d*|time)-\d+$")
# What a drawing leaves out where there is no room.
LABEL = re.compile(r"^(halo-name|row-\d+-part-\d+-value)")
WITHOUT_END = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
# What is read aloud or shown; all other attributes are the template's.
READ = frozenset(("alt", "title", "aria-label", "aria-description", "aria-valuetext", "data-alt"))
# Where something stands in a drawing.
POSITIONS = frozenset(("d", "x", "y", "width", "height"))
POSITION = re.compile(r"[MLHVCSQTAZmlhvcsqtaze\d\s.,%-]*")
# The source of a page is the template's, but for texts; so is an end tag that holds more than its name.
FIXED_TEXTS = frozenset(("script", "style"))
END_WITH_MORE = re.compile(r"</(?!\w+>)")
OWNERS = frozenset(("figure", "section", "div"))


@dataclass(frozen=True)
class Page:
    """Every tag, and every text that holds a number or names a published cell, in order; of each drawing all its text;
    and where its tables and its PDF lie."""

    pieces: tuple[Piece, ...]
    drawings: tuple[str, ...]
    tables: tuple[str, ...]
    pdf: str


def read_page(file: Path) -> Page:
    """What a page says, to whoever looks at it, listens to it or reads its source."""
    source = file.read_text(encoding="utf-8")
    if END_WITH_MORE.search(source):
        raise StrayFigure(file.name, "an end tag", "more than a name")
    reader = _Reader()
    reader.feed(source)
    reader.close()
    pieces = tuple(
        piece
        for piece in reader.found
        if piece.cell or piece.kind in ("fixed", "look") or has_number(piece.text)
    )
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
        self._digest = self._last_id = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "svg":
            self._count += 1
            self._digest = ""
        if tag == "a":
            self.links.append(self._open[-1][1].get("href", ""))
        # One attribute may stand there twice: nothing of it is left out.
        for name, value in attrs:
            if name in READ:
                self._add(f"{self._place()} {name}", value or "", "picture")
        others = [(name, "" if name in READ else value) for name, value in attrs]
        if self._is_in_drawing():
            self._add_looks(tag, others)
        else:
            self._add(self._place(), f"{tag} {others}", "fixed")
        if tag in WITHOUT_END:
            self._open.pop()

    def _add_looks(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """All that an element of a drawing is, but where it stands; how many there are goes with the figures."""
        self._add(self._place(), tag, "look")
        for name, value in attributes:
            text = value or ""
            if name in POSITIONS and POSITION.fullmatch(text):
                continue
            digest = DIGEST.search(text)
            self._digest = self._digest or (digest[0] if digest else "")
            text = text.replace(self._digest, "")
            if name != "id":
                self._add(self._place(), f"{tag} {name} {text}", "look")
            elif not self._is_next_line(text):
                # A label may stand in one drawing alone; what it labels stands in both.
                label = text.removesuffix("-value") if LABEL.match(text) else text
                self._add(self._place(), f"id {label.removeprefix('halo-')}", "look")

    def _is_next_line(self, name: str) -> bool:
        """Whether an id is that of the next line of one text: the first has no number."""
        before, self._last_id = self._last_id, name
        line = LINE.search(name)
        if not line or not before:
            return False
        number, base = int(line[0][1:]), LINE.sub("", name)
        return before == (base if number == 1 else f"{base}-{number - 1}")

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
        if self._open and self._open[-1][0] in FIXED_TEXTS:
            self._add(self._place(), text, "fixed")
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
        self._add(self._place(), data, "fixed")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

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
        return DIGEST.sub("", name.removeprefix("cover-"))

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
