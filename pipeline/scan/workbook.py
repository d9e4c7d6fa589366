"""The workbook as pieces: what stands in each cell of each sheet, and the published cell that its last sheet names."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipeline.scan.pieces import Piece, StrayFigure, has_number

CELLS_SHEET = "Published cells"
FIRST_CELL = 3
LETTERS = 26
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
STRINGS = "xl/sharedStrings.xml"
# What a cell holds: it is read as the cell is.
VALUE = re.compile(r"(<c [^>]*>)<v>([^<]*)</v>")
IS_TEXT = ' t="s"'
# How wide a column is goes with how long its texts are: in letters, and by how many letters a stand-in may be longer.
WIDTH = re.compile(r'(<col [^>]*\bwidth=")([\d.]+)"')
LONGER = 4.0
TEXTS = re.compile(
    r'<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n<sst xmlns="[\w:/.]+" count="(\d+)" '
    r'uniqueCount="(\d+)">((?:<si><t(?: xml:space="preserve")?>[^<]*</t></si>)*)</sst>'
)


def read_workbook(file: Path) -> list[Piece]:
    """Every cell that holds a number or names a published cell, sheet by sheet, and all that the file holds beside."""
    book = CalamineWorkbook.from_path(file)
    if book.sheet_names[-1:] != [CELLS_SHEET]:
        raise StrayFigure(file.name, "its sheets", f"no last sheet {CELLS_SHEET}, or another after it")
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
    }
    cells = {(row[0], row[1]): (str(row[2]), str(row[3])) for row in sheets[CELLS_SHEET][FIRST_CELL:]}
    pieces = _read_parts(file)
    for name, rows in sheets.items():
        for line, row in enumerate(rows, start=1):
            for column, entry in enumerate(row):
                address = f"{_letters(column)}{line}"
                cell = cells.get((name, address))
                is_number = isinstance(entry, int | float) and not isinstance(entry, bool)
                if cell or is_number or has_number(str(entry)):
                    kind = "number" if is_number else "text"
                    pieces.append(Piece(f"{name} {address}", str(entry), name, cell, kind=kind))
    return pieces


def _read_parts(file: Path) -> list[Piece]:
    """The file but for what stands in its cells: sheets with their heads, notes and rules, names, properties, looks.

    Raises StrayFigure where it is not what its parts make when they are packed, or has texts that no cell shows.
    """
    with zipfile.ZipFile(file) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    if _pack(parts) != file.read_bytes():
        raise StrayFigure(file.name, "between its parts", "something that is none of them")
    pieces = [Piece("its list of parts", _pack([(info, b"") for info, _ in parts]).hex(), kind="fixed")]
    shown: list[int] = []
    strings = ""
    for info, content in parts:
        name, text = info.filename, content.decode("utf-8")
        if SHEET.fullmatch(name):
            shown += [int(index) for cell, index in VALUE.findall(text) if IS_TEXT in cell]
            widths = [
                Piece(f"{name} column", found[2], kind="number", reach=LONGER)
                for found in WIDTH.finditer(text)
            ]
            pieces += [*widths, Piece(name, WIDTH.sub(r"\1", VALUE.sub(r"\1", text)), kind="fixed")]
        elif name == STRINGS:
            strings = text
        else:
            pieces.append(Piece(name, text, kind="fixed"))
    found = TEXTS.fullmatch(strings)
    if not found or {int(found[2])} != {found[3].count("<si>"), len(set(shown))}:
        raise StrayFigure(file.name, STRINGS, "texts that no cell shows")
    return [*pieces, Piece("how many texts were written", found[1], kind="fixed")]


def _pack(parts: Sequence[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for info, content in parts:
            archive.writestr(copy(info), content)
    return packed.getvalue()


def _letters(column: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    above = _letters(column // LETTERS - 1) if column >= LETTERS else ""
    return above + chr(ord("A") + column % LETTERS)
