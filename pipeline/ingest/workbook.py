"""A delivered workbook → the header and rows of one sheet: that which its contract names, or the one that fits."""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from pipeline.archives import Unsound, check_size, entries_of
from pipeline.contracts import Contract, fold_header
from pipeline.ingest.cells import Reading, blocks_of
from pipeline.ingest.delivered import READ_SIZE, Delivered, Refused
from pipeline.ingest.extent import (
    UNREADABLE,
    Extent,
    check_extent_xls,
    close_gaps,
    cut_rows,
    measure,
    pieces_of,
)
from pipeline.ingest.header import SEARCH_ROWS, check_repeated, find_header, missing_columns
from pipeline.ingest.identifiers import show_title

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

OLD_FORMAT = (
    "the workbook has a password, or is of an old format (.xls, .xlsb): save it as .xlsx without a password"
)
ENCRYPTED = b"\xd0\xcf\x11\xe0"
# What the readers of zip and XML raise, each for damage of its own kind.
DAMAGED = (EOFError, LookupError, NotImplementedError, RuntimeError, ValueError)
# Of the lists of sheets and of parts, which are read as a whole.
LARGEST_INDEX = 16_000_000
# What a reader needs beside the sheets.
INDEXES = (".rels", "[content_types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedstrings.xml")
SHOWN_SHEETS = 8
MOST_DIGITS = 1e15


def read_workbook(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The rows of the contract's sheet, cells as text; Refused where the workbook cannot be taken as it is.

    Cells hold what Excel last computed; a date is written 2024-03-31, a whole number without a decimal.
    """
    with delivered.open() as stream:
        is_binary = stream.read(8).startswith(ENCRYPTED)
    names_old_format = any(pattern.casefold().endswith((".xls", ".xls*")) for pattern in contract.files)
    if delivered.suffix == ".xlsb" or (is_binary and not (delivered.suffix == ".xls" and names_old_format)):
        raise Refused(OLD_FORMAT)
    path = delivered.copy_to(scratch)
    # By its ending the reader takes a file for one format or another, whatever was looked at.
    path = path.rename(path.with_suffix(".xls" if is_binary else ".xlsx"))
    if is_binary:
        check_extent_xls(path)
        return _read_sheet(path, contract, contract.sheet, [], [])
    found = _inspect(path, lambda package, sheets: contract.sheet)
    path, numbers = close_gaps(path, found.part, found.sheet, found.extent)
    return _read_sheet(path, contract, contract.sheet, numbers, found.notes)


def read_table_of_workbook(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The rows of the one visible sheet of an .xlsx that has the columns of a contract for text, cells as text.

    Refused where no sheet has them, or several have, and where the workbook cannot be taken as it is.
    """
    with delivered.open() as stream:
        if stream.read(8).startswith(ENCRYPTED):
            raise Refused(OLD_FORMAT)
    path = delivered.copy_to(scratch)
    found = _inspect(path, lambda package, sheets: _choose_sheet(package, sheets, contract))
    path, numbers = close_gaps(path, found.part, found.sheet, found.extent)
    notes = [f"read from the sheet {show_title(found.sheet)} of the workbook", *found.notes]
    reading = _read_sheet(path, contract, found.sheet, numbers, notes)
    check_repeated(list(reading.header))
    return reading


def peek_sheets(delivered: Delivered) -> list[list[str]]:
    """The first rows of every visible sheet of an .xlsx; none where it cannot be taken as it is."""
    try:
        with TemporaryFile() as copy:
            for block in delivered.blocks():
                copy.write(block)
            with _opened(copy) as package:
                sheets = _inspect_package(package)
                found = _first_rows(package, sheets)
    except (Refused, OSError):
        return []
    return [row for rows in found.values() for row in rows]


def _read_sheet(path: Path, contract: Contract, name: str, numbers: list[int], notes: list[str]) -> Reading:
    """The rows of a sheet; `numbers` are those of its rows, where they do not follow one another."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
        if name not in sheets:
            raise Refused(
                f"the workbook has no sheet {name!r}; its sheets are "
                f"{', '.join(show_title(sheet) for sheet in sheets)}: rename the sheet, or mend the contract"
            )
        sheet = workbook.get_sheet_by_name(name)
    except (CalamineError, zipfile.BadZipFile):
        raise Refused(UNREADABLE) from None
    rows = zip(numbers, _rows(sheet), strict=False) if numbers else enumerate(_rows(sheet), start=1)
    first_rows = list(islice(rows, SEARCH_ROWS))
    position, header = find_header([(number, _texts(row)) for number, row in first_rows], contract)
    if position:
        notes = [*notes, f"{position} rows stood above the header and were passed over"]
    body = chain(first_rows[position + contract.header_rows :], rows)
    ambiguous = _ambiguous_numbers(header, contract)
    texts = ((number, _texts(row, ambiguous)) for number, row in body)
    merged = {fold_header(title) for title in contract.fill_down}
    filled = _fill_down(
        ((number, row) for number, row in texts if any(row)),
        [index for index, title in enumerate(header) if fold_header(title) in merged],
    )
    return Reading(tuple(header), blocks_of(filled, len(header)), tuple(notes))


def _rows(sheet: CalamineSheet) -> Iterator[list[object]]:
    """The rows of a sheet from its first on, each as wide as the widest."""
    before: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + row


def _texts(row: list[object], ambiguous: Mapping[int, frozenset[float]] = MappingProxyType({})) -> list[str]:
    """The cells of a row as text; a number that may be one code or another as Excel writes what it changed."""
    texts = [_cell_text(cell) for cell in row]
    for position, values in ambiguous.items():
        if isinstance(row[position], float) and row[position] in values:
            texts[position] += "E+0"
    return texts


def _ambiguous_numbers(header: list[str], contract: Contract) -> dict[int, frozenset[float]]:
    """By the position of a column of codes, the numbers that stand for several: 4.1 for the codes 4.1 and 4.10."""
    codes = {column.name: column.codes for column in contract.columns if column.codes}
    found = {}
    for position, title in enumerate(header):
        counts = Counter(
            float(code) for code in codes.get(contract.field_of(title) or "", ()) if _NUMBER.fullmatch(code)
        )
        if values := frozenset(value for value, count in counts.items() if count > 1):
            found[position] = values
    return found


_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


def _fill_down(rows: Iterator[tuple[int, list[str]]], columns: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Merged cells hold their text in the first row alone: it counts for the rows below it."""
    last = dict.fromkeys(columns, "")
    for number, row in rows:
        for column in columns:
            last[column] = row[column] = row[column] or last[column]
        yield number, row


def _cell_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        # Of more digits Excel keeps fifteen: the number is shown as it would be in a CSV file.
        return str(int(cell)) if abs(cell) < MOST_DIGITS else f"{cell:.14E}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


@dataclass(frozen=True)
class _Found:
    """A sheet of a workbook: its name, the part in which it lies, how far its cells reach, and what is hidden."""

    sheet: str
    part: str
    extent: Extent | None
    notes: list[str]


@dataclass(frozen=True)
class _Sheets:
    """Each sheet's name with its relation, the first of a name; and the names of those that are hidden."""

    relations: dict[str, str]
    hidden: list[str]

    @property
    def visible(self) -> list[str]:
        return [name for name in self.relations if name not in self.hidden]


def _inspect(path: Path, choose: Callable[[zipfile.ZipFile, _Sheets], str]) -> _Found:
    """The sheet that `choose` picks; Refused for what a workbook may not hold, and formulas without a value."""
    with _opened(path) as package:
        sheets = _inspect_package(package)
        sheet = choose(package, sheets)
        others = [show_title(name) for name in sheets.hidden if name != sheet]
        notes = [f"hidden sheets: {', '.join(others)}; they are not read"] if others else []
        if sheet not in sheets.relations:
            return _Found(sheet, "", None, notes)
        if sheet in sheets.hidden:
            notes.append(f"the sheet {show_title(sheet)} is hidden; it was read all the same")
        part = _part_of(package, sheets.relations[sheet])
        return _Found(sheet, part, measure(package, part), notes + _inspect_sheet(package, part))


@contextmanager
def _opened(file: Path | IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A workbook as the package of files that it is; Refused where it is damaged."""
    try:
        with zipfile.ZipFile(file) as package:
            yield package
    except Unsound as unsound:
        raise Refused(str(unsound)) from None
    except (zipfile.BadZipFile, zlib.error, ParseError, *DAMAGED):
        raise Refused(UNREADABLE) from None


def _inspect_package(package: zipfile.ZipFile) -> _Sheets:
    """The sheets of a workbook; Refused where it has macros, links to other files, entities, or is a bomb."""
    names = package.namelist()
    for entry in entries_of(package):
        check_size(entry.compress_size, entry.file_size)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Refused("the workbook holds macros (.xlsm): save it as .xlsx, which has none")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Refused(
            "the workbook links to other files: in Excel, Data, Edit links, Break link; then save it again"
        )
    for name in names:
        if name.casefold().endswith((".xml", ".rels")):
            _check_start(package, name)
    return _sheets_of(package)


def _choose_sheet(package: zipfile.ZipFile, sheets: _Sheets, contract: Contract) -> str:
    """The one visible sheet that has the required columns of a contract; Refused where there is none, or more."""
    if len(sheets.visible) == 1:
        return sheets.visible[0]
    missing = {
        name: min((missing_columns(row, contract) for row in rows), key=len)
        for name, rows in _first_rows(package, sheets).items()
        if rows
    }
    fitting = [name for name, lacking in missing.items() if not lacking]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Refused(
            f"of the workbook the sheets {_show_titles(fitting)} each have the columns of '{contract.title}': save "
            "each that is meant as a file of its own"
        )
    nearest = min(missing, key=lambda name: len(missing[name]), default="")
    lacking = missing.get(nearest, [])
    hint = (
        f"; {show_title(nearest)} lacks {', '.join(map(repr, lacking))}"
        if len(lacking) < len(contract.required) and nearest
        else ""
    )
    raise Refused(
        f"no visible sheet of the workbook names the columns that '{contract.title}' requires in its first "
        f"{SEARCH_ROWS} rows; its sheets are {_show_titles(sheets.visible)}{hint}: ask the supplier for them, or save "
        "the sheet that is meant as a file of its own"
    )


def _show_titles(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN_SHEETS} more" if len(names) > SHOWN_SHEETS else ""
    return ", ".join(map(show_title, names[:SHOWN_SHEETS])) + more


def _first_rows(package: zipfile.ZipFile, sheets: _Sheets) -> dict[str, list[list[str]]]:
    """The first rows of each visible sheet, read from a copy that holds no others."""
    from python_calamine import CalamineError, CalamineWorkbook

    parts = {name: _part_of(package, sheets.relations[name]) for name in sheets.visible}
    found: dict[str, list[list[str]]] = {}
    with TemporaryFile() as copy:
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as short:
            for name in set(package.namelist()):
                if name in parts.values():
                    short.writestr(name, cut_rows(package, name))
                elif name.casefold().endswith(INDEXES):
                    with package.open(name) as stream, short.open(name, "w", force_zip64=True) as written:
                        shutil.copyfileobj(stream, written, READ_SIZE)
        copy.seek(0)
        try:
            workbook = CalamineWorkbook.from_filelike(copy)
        except (CalamineError, zipfile.BadZipFile):
            raise Refused(UNREADABLE) from None
        for name in sheets.visible:
            try:
                found[name] = [_texts(row) for row in _rows(workbook.get_sheet_by_name(name))]
            # A sheet that is a chart has no rows.
            except CalamineError:
                found[name] = []
    return found


def _check_start(package: zipfile.ZipFile, name: str) -> None:
    """Refuses a part that declares entities; a declaration stands before the first element, in any encoding."""
    with package.open(name) as stream:
        start = stream.read(READ_SIZE).replace(b"\0", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise Refused(
            "the workbook declares entities, as no program that makes workbooks does: ask how it was made"
        )


def _elements(package: zipfile.ZipFile, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a small part, their names and attributes without namespaces."""
    if package.getinfo(name).file_size > LARGEST_INDEX:
        raise Refused(UNREADABLE)
    for element in fromstring(package.read(name)).iter():
        yield (
            element.tag.rpartition("}")[2],
            {key.rpartition("}")[2]: value for key, value in element.attrib.items()},
        )


def _sheets_of(package: zipfile.ZipFile) -> _Sheets:
    sheets = _Sheets({}, [])
    for tag, attributes in _elements(package, "xl/workbook.xml"):
        if tag == "sheet":
            sheets.relations.setdefault(attributes.get("name", ""), attributes.get("id", ""))
            if attributes.get("state", "") in ("hidden", "veryHidden"):
                sheets.hidden.append(attributes.get("name", ""))
    return sheets


def _part_of(package: zipfile.ZipFile, relation: str) -> str:
    """The name under which a sheet lies in the package; KeyError where it lies under none, or under two."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for tag, attributes in _elements(package, "xl/_rels/workbook.xml.rels")
        if tag == "Relationship"
    }
    target = targets[relation].removeprefix("/").removeprefix("xl/")
    found = [name for name in package.namelist() if name.casefold() == f"xl/{target}".casefold()]
    if len(found) != 1:
        raise KeyError(target)
    return found[0]


def _inspect_sheet(package: zipfile.ZipFile, part: str) -> list[str]:
    hidden = errors = 0
    for piece in pieces_of(package, part):
        if found := _WITHOUT_VALUE.search(piece):
            raise Refused(
                f"cell {found[1].decode()} holds a formula without a value: open the workbook in Excel, save it, "
                "and send it again"
            )
        hidden += len(_HIDDEN_ROW.findall(piece))
        errors += len(_ERROR.findall(piece))
    notes = [f"{hidden:,} hidden rows were read like the others"] if hidden else []
    return notes + (
        [f"{errors:,} cells hold an error (such as #N/A) and were read as blank"] if errors else []
    )


_ERROR = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\st\s*=\s*[\"']e[\"']")
_WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*[\"']([A-Z]+\d+)[\"'][^<>]*>\s*"
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\shidden\s*=\s*[\"'](?:1|true)[\"']")
