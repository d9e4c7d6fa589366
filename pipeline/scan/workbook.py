"""The workbook as pieces: what stands in each cell of each sheet, and the published cell that its last sheet names."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipeline.scan.pieces import Piece, StrayFigure, has_number

CELLS_SHEET = "Published cells"
FIRST_CELL = 3
LETTERS = 26
SHEETS = re.compile(r"xl/(worksheets/sheet\d+|sharedStrings)\.xml")


def read_workbook(file: Path) -> list[Piece]:
    """Every cell that holds a number or names a published cell, sheet by sheet."""
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
    """What the file holds beside its sheets and their texts: names, properties, looks; a note would be one."""
    with zipfile.ZipFile(file) as archive:
        parts = sorted(name for name in archive.namelist() if not SHEETS.match(name))
        return [Piece(name, archive.read(name).decode("utf-8", "replace"), kind="fixed") for name in parts]


def _letters(column: int) -> str:
    """A column as a spreadsheet names it: 0 is A, 26 is AA."""
    above = _letters(column // LETTERS - 1) if column >= LETTERS else ""
    return above + chr(ord("A") + column % LETTERS)
