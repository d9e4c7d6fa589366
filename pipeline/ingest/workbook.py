"""A delivered workbook → the header and rows of the one sheet that its contract names."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from pipeline.archives import Unsound, check_size, entries_of
from pipeline.contracts import Contract, fold_header
from pipeline.ingest.cells import Reading, blocks_of
from pipeline.ingest.delivered import READ_SIZE, Delivered, Refused
from pipeline.ingest.extent import UNREADABLE, Extent, check_extent_xls, close_gaps, measure, pieces_of
from pipeline.ingest.header import SEARCH_ROWS, find_header
from pipeline.ingest.identifiers import show_sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

ENCRYPTED = b"\xd0\xcf\x11\xe0"
# What the readers of zip and XML raise, each for damage of its own kind.
DAMAGED = (EOFError, LookupError, NotImplementedError, RuntimeError, ValueError)
# Of the lists of sheets and of parts, which are read as a whole.
LARGEST_INDEX = 16_000_000


def read_workbook(delivered: Delivered, contract: Contract, scratch: Path) -> Reading:
    """The rows of the contract's sheet, cells as text; Refused where the workbook cannot be taken as it is.

    Cells hold what Excel last computed; a date is written 2024-03-31, a whole number without a decimal.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with delivered.open() as stream:
        start = stream.read(8)
    is_binary = start.startswith(ENCRYPTED)
    names_old_format = any(pattern.casefold().endswith((".xls", ".xls*")) for pattern in contract.files)
    if delivered.suffix == ".xlsb" or (is_binary and not (delivered.suffix == ".xls" and names_old_format)):
        raise Refused(
            "the workbook has a password, or is of an old format (.xls, .xlsb): save it as .xlsx without a password"
        )
    path = delivered.copy_to(scratch)
    # By its ending the reader takes a file for one format or another, whatever was looked at.
    path = path.rename(path.with_suffix(".xls" if is_binary else ".xlsx"))
    notes: list[str] = []
    numbers: list[int] = []
    if is_binary:
        check_extent_xls(path)
    else:
        notes, part, extent = _inspect(path, contract.sheet)
        path, numbers = close_gaps(path, part, contract.sheet, extent)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
        if contract.sheet not in sheets:
            raise Refused(
                f"the workbook has no sheet {contract.sheet!r}; its sheets are "
                f"{', '.join(show_sheet(sheet) for sheet in sheets)}: rename the sheet, or mend the contract"
            )
        sheet = workbook.get_sheet_by_name(contract.sheet)
    except (CalamineError, zipfile.BadZipFile):
        raise Refused(UNREADABLE) from None
    rows = zip(numbers, _rows(sheet), strict=False) if numbers else enumerate(_rows(sheet), start=1)
    first_rows = list(islice(rows, SEARCH_ROWS))
    position, header = find_header(first_rows, contract)
    if position:
        notes.append(f"{position} rows stood above the header and were passed over")
    body = chain(first_rows[position + contract.header_rows :], rows)
    merged = {fold_header(title) for title in contract.fill_down}
    filled = _fill_down(
        ((number, row) for number, row in body if any(row)),
        [index for index, title in enumerate(header) if fold_header(title) in merged],
    )
    return Reading(tuple(header), blocks_of(filled, len(header)), tuple(notes))


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows of a sheet from its first on, as text, each as wide as the widest."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + [_cell_text(cell) for cell in row]


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
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _inspect(path: Path, sheet: str) -> tuple[list[str], str, Extent | None]:
    """Refuses macros, links to other files, entities, bombs and formulas without a value; tells what is hidden.

    With it the part of the package in which the sheet lies, and how far its cells reach.
    """
    try:
        with zipfile.ZipFile(path) as package:
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
            relations, hidden = _sheets_of(package)
            notes = []
            if hidden:
                notes.append(
                    f"hidden sheets: {', '.join(show_sheet(name) for name in hidden)}; they are not read"
                )
            if sheet not in relations:
                return notes, "", None
            part = _part_of(package, relations[sheet])
            return notes + _inspect_sheet(package, part), part, measure(package, part)
    except Unsound as unsound:
        raise Refused(str(unsound)) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ParseError,
    ):
        raise Refused(UNREADABLE) from None


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


def _sheets_of(package: zipfile.ZipFile) -> tuple[dict[str, str], list[str]]:
    """Each sheet's name with its relation, the first of a name; and the names of those that are hidden."""
    relations: dict[str, str] = {}
    hidden = []
    for tag, attributes in _elements(package, "xl/workbook.xml"):
        if tag == "sheet":
            relations.setdefault(attributes.get("name", ""), attributes.get("id", ""))
            if attributes.get("state", "") in ("hidden", "veryHidden"):
                hidden.append(attributes.get("name", ""))
    return relations, hidden


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
    hidden = 0
    for piece in pieces_of(package, part):
        if found := _WITHOUT_VALUE.search(piece):
            raise Refused(
                f"cell {found[1].decode()} holds a formula without a value: open the workbook in Excel, save it, "
                "and send it again"
            )
        hidden += len(_HIDDEN_ROW.findall(piece))
    return [f"{hidden:,} hidden rows were read like the others"] if hidden else []


_WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*[\"']([A-Z]+\d+)[\"'][^<>]*>\s*"
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\shidden\s*=\s*[\"'](?:1|true)[\"']")
