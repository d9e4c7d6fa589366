"""The source of a PDF: every text, name and number of its objects, whether a page shows it or not."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipeline.scan.pieces import Piece, StrayFigure, has_number

STREAM = re.compile(rb"(<<[^\n]*>>)\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
# Objects, where each begins, and the trailer: nothing comes after it.
END = re.compile(
    rb"(.*?)\nxref\n\d+ \d+\r?\n(?:\d{10} \d{5} [nf]\s?[\r\n])+(trailer\s[^%]*?>>)\s*startxref\s+\d+\s+%%EOF\s*",
    re.DOTALL,
)
INSIDE = rb"[^()\\]|\\."
TOKEN = re.compile(
    rb"(?P<comment>%[^\r\n]*)"
    rb"|(?P<text>\((?:" + INSIDE + rb"|\((?:" + INSIDE + rb"|\((?:" + INSIDE + rb")*\))*\))*\))"
    rb"|(?P<mark><<|>>|[\[\]])|(?P<hex><[0-9A-Fa-f\s]*>)|(?P<name>/[^\s()<>\[\]{}/%]*)|(?P<word>[^\s()<>\[\]{}/%]+)"
    rb"|(?P<other>\S)",
    re.DOTALL,
)
# What goes with the content: which letters of a typeface are in the file, ids, and how many pages there are.
SUBSET = re.compile(rb"^/[A-Z]{6}\+")
OF_CONTENT = re.compile(r"(<xmpMM:InstanceID>)[\w+/=]+|(<xmpTPg:NPages>)\d+")
ID = re.compile(r"[\w+/]{22}==")
# What a single drawn digit is, where the typeface pairs it with another.
DIGIT = re.compile(r"\u2060?\d")
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
UTF_16 = b"\xfe\xff"
# Where something stands, how long a stream is and which part of a page is meant: no figures.
OPEN = frozenset(
    b"/BBox /Rect /QuadPoints /Matrix /XYZ /W /K /Nums /Length /Count /Kids /StructParent /StructParents /MCID "
    b"/ParentTreeNextKey /FontBBox /StemV /Size".split()
)
SHOWN = (b"Tj", b"TJ", b"'", b'"')


def read_source(file: Path) -> list[Piece]:
    """Every text, name and number of the objects of a PDF, and of the marks in its pages; drawing is left out.

    Raises StrayFigure where its bytes are not those of objects, or a stream holds more than its content.
    """
    raw = file.read_bytes()
    parts = END.fullmatch(b" ".join(STREAM.split(raw)[::3]))
    if not parts:
        raise StrayFigure(file.name, "its end", "more than the places of its objects")
    pieces = list(_read(file, parts[1] + parts[2], "its objects"))
    for head, content in STREAM.findall(raw):
        pieces += _read(file, head, "its objects")
        if b"/Metadata" in head:
            pieces.append(
                Piece("its description", OF_CONTENT.sub(r"\1\2", content.decode("utf-8")), kind="fixed")
            )
            continue
        unpacked = zlib.decompressobj()
        plain = unpacked.decompress(content)
        if unpacked.unused_data or b"/FlateDecode" not in head:
            raise StrayFigure(file.name, "a stream", "more than its content")
        if b"\0" not in plain and not plain.startswith((b"%!", b"\xff")):
            pieces += _read(file, plain, "a pattern" if b"/Pattern" in head else "marks")
    texts = [piece for piece in pieces if piece.kind != "look"]
    return [
        *(piece for piece in pieces if piece.kind == "look"),
        *sorted(texts, key=lambda piece: piece.shape[:2]),
    ]


def _read(file: Path, source: bytes, place: str) -> Iterator[Piece]:
    """The pieces of one part of the file: of what a page draws only what is said beside."""
    name, depth, before = b"", 0, b""
    tokens = list(TOKEN.finditer(source))
    for number, found in enumerate(tokens):
        token, kind = found[0], found.lastgroup
        after = tokens[number + 1][0] if number + 1 < len(tokens) else b""
        if kind in ("comment", "other"):
            yield Piece(place, token.decode("latin-1"), kind="look")
        elif kind == "mark":
            depth += {b"<<": 1, b">>": -1}.get(token, 0)
        elif kind == "name":
            name = SUBSET.sub(b"/", token)
            yield Piece(place, f"{place} {name.decode('latin-1')}", kind="look")
        elif kind in ("text", "hex"):
            text = _decode(token, kind == "hex")
            is_drawn = place != "its objects" and depth == 0
            is_own = (name == b"/ID" and ID.fullmatch(text)) or (
                name == b"/ActualText" and DIGIT.fullmatch(text)
            )
            if not is_drawn and has_number(text) and not is_own:
                yield Piece(f"{place}, {name.decode('latin-1')}", text)
        elif kind == "word" and (depth or place == "its objects"):
            is_reference = after == b"R" or (before.isdigit() and token == b"0") or token in (b"R", b"obj")
            if name not in OPEN and not is_reference and after not in (b"0",):
                yield Piece(place, f"{place} {name.decode('latin-1')} {token.decode('latin-1')}", kind="look")
        elif kind == "word" and place == "a pattern" and token in SHOWN:
            yield Piece(place, f"{place} {token.decode('latin-1')}", kind="look")
        before = token


def _decode(token: bytes, is_hex: bool) -> str:
    if is_hex:
        digits = re.sub(rb"\s", b"", token[1:-1])
        content = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        content = ESCAPE.sub(lambda found: _unescape(found[1]), token[1:-1])
    return (
        content[2:].decode("utf-16-be", "replace")
        if content.startswith(UTF_16)
        else content.decode("latin-1")
    )


def _unescape(sign: bytes) -> bytes:
    return bytes([int(sign, 8) & 255]) if sign[:1].isdigit() else ESCAPED.get(sign, sign.strip(b"\r\n"))
