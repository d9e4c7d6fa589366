"""What a PDF says: the text of each page, and what it says of itself."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

# What a page repeats for its own sake: its head, its number, the headings of a table that goes on.
REPEATED = "Artifact"
# How far apart two digits of one number may stand, in heights of a digit: columns of a table stand further apart.
TOUCHING = 0.6


@dataclass(frozen=True)
class Box:
    """Where a text stands, in points from the lower left."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class PdfPage:
    """The texts of a page in their order, and those that it repeats."""

    texts: tuple[str, ...]
    repeated: tuple[str, ...]


@dataclass(frozen=True)
class Pdf:
    """The pages, and what the file says of itself: its properties, and how many files and notes are attached to it."""

    pages: tuple[PdfPage, ...]
    about: str


def read_pdf(file: Path) -> Pdf:
    """The texts of a PDF, as whoever copies them out of it gets them."""
    document = pdfium.PdfDocument(file)
    pages = [document[number] for number in range(len(document))]
    about = f"{sorted(document.get_metadata_dict().items())}, {document.count_attachments()} files attached"
    found = Pdf(tuple(map(_read_page, pages)), about)
    document.close()
    return found


def _read_page(page: Any) -> PdfPage:
    text_page = page.get_textpage()
    objects = [raw.FPDFPage_GetObject(page, number) for number in range(raw.FPDFPage_CountObjects(page))]
    texts: dict[bool, list[str]] = {False: [], True: []}
    last: dict[bool, Box | None] = {False: None, True: None}
    for each in _text_objects(objects):
        is_repeated, text, box = _is_repeated(each), _text_of(each, text_page), _box_of(each)
        before = last[is_repeated]
        if text and before is not None and _goes_on(before, box):
            texts[is_repeated][-1] += text
        elif text:
            texts[is_repeated].append(text)
        last[is_repeated] = box if text else before
    return PdfPage(tuple(texts[False]), tuple(texts[True]))


def _goes_on(before: Box, box: Box) -> bool:
    """Whether a text begins where the one before it ends, in the same line: a word is often cut before a 5 or a 7."""
    is_in_line = box.bottom < before.top and before.bottom < box.top
    height = max(box.top - box.bottom, before.top - before.bottom)
    return is_in_line and abs(box.left - before.right) < TOUCHING * height


def _text_objects(objects: list[Any]) -> Iterator[Any]:
    for each in objects:
        kind = raw.FPDFPageObj_GetType(each)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield each
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            inside = range(raw.FPDFFormObj_CountObjects(each))
            yield from _text_objects([raw.FPDFFormObj_GetObject(each, number) for number in inside])


def _is_repeated(text_object: Any) -> bool:
    marks = [raw.FPDFPageObj_GetMark(text_object, n) for n in range(raw.FPDFPageObj_CountMarks(text_object))]
    return any(_name_of(mark) == REPEATED for mark in marks)


def _name_of(mark: Any) -> str:
    size = ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, None, 0, size)
    buffer = (ctypes.c_ushort * (size.value // 2 + 1))()
    raw.FPDFPageObjMark_GetName(mark, buffer, size.value, size)
    return _decode(buffer)


def _box_of(text_object: Any) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(text_object, *edges)
    return Box(*(edge.value for edge in edges))


def _text_of(text_object: Any, text_page: Any) -> str:
    return _fill(lambda buffer, size: raw.FPDFTextObj_GetText(text_object, text_page, buffer, size))


def _fill(call: Callable[[Any, int], int]) -> str:
    """The text that a function of PDFium writes into a buffer of the size that it asks for, in bytes."""
    size = call(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(buffer, size)
    return _decode(buffer)


def _decode(buffer: Any) -> str:
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")
