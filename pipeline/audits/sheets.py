"""A workbook, or a table saved as text → sheets of text, row by row."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.audits.formulas import check_formulas
from pipeline.audits.texts import read_lines
from pipeline.settings import ConfigurationError

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# A reader lays out all cells up to the last, the empty ones too.
MOST_CELLS = 20_000_000
# What a spreadsheet writes where it cannot compute; #N/A is a marker to some.
ERROR = re.compile(r"#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
# Where a sheet says how far it reaches.
HEAD_SIZE = 4_096


@dataclass(frozen=True)
class Sheet:
    """Rows of text as wide as they are; `first_row` and `first_column` say where they begin, from 0."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    first_row: int = 0
    first_column: int = 0

    def address(self, row: int, column: int) -> str:
        """What a spreadsheet calls a cell, such as B7; with the name of the sheet where there is one."""
        letters, number = "", column + self.first_column + 1
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("A") + letter) + letters
        place = f"{letters}{row + self.first_row + 1}"
        return f"{self.name}!{place}" if self.name else place

    def part(self, rows: range, columns: range) -> Sheet:
        """Some of its rows and columns, whose cells keep their addresses."""
        width = max(map(len, self.rows), default=0)
        cut = tuple((*self.rows[row], *[""] * width)[columns.start : columns.stop] for row in rows)
        return Sheet(self.name, cut, self.first_row + rows.start, self.first_column + columns.start)


def read_sheets(file: Path) -> list[Sheet]:
    """The sheets of a workbook as last computed, or the one of a .csv; ConfigurationError where it is none."""
    if file.suffix.casefold() in WORKBOOKS:
        return _read_workbook(file)
    if file.suffix.casefold() != ".csv":
        raise ConfigurationError(
            f"{file} is neither a .csv nor a workbook ({', '.join(WORKBOOKS)}): save it as one."
        )
    return [_read_text(file)]


def _read_text(file: Path) -> Sheet:
    numbered = read_lines(file)
    # A quoted cell may hold several lines; a row is counted once, as a spreadsheet does.
    rows = tuple(row for _, row in numbered)
    for line, row in numbered:
        if error := next((cell for cell in row if ERROR.fullmatch(cell)), None):
            raise ConfigurationError(
                f"{file} line {line} holds the error {error}: mend its formula, and save it again."
            )
    return Sheet("", rows)


def _read_workbook(file: Path) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check_extent(file)
        check_formulas(file)
        workbook = CalamineWorkbook.from_path(str(file))
        sheets = []
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            row, column = sheet.start or (0, 0)
            rows = tuple(tuple(map(_text, cells)) for cells in sheet.to_python(skip_empty_area=True))
            sheets.append(Sheet(name, rows, row, column))
    except (CalamineError, zipfile.BadZipFile):
        raise ConfigurationError(
            f"{file} cannot be read as a workbook: open it, and save it as .xlsx without a password."
        ) from None
    return sheets


def _check_extent(file: Path) -> None:
    """Raises ConfigurationError where a sheet says it reaches so far that its empty cells would fill the memory."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                continue
            with package.open(name) as stream:
                said = re.search(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"', stream.read(HEAD_SIZE))
            if said and _column_number(said[1].decode()) * int(said[2]) > MOST_CELLS:
                raise ConfigurationError(
                    f"{file} has a sheet that reaches to {said[1].decode()}{said[2].decode()}: delete what stands far "
                    "from its tables, and save it again."
                )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
