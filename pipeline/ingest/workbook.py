"""A delivered workbook → the header and rows of the one sheet that its contract names."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from pipeline.contracts import Contract
from pipeline.ingest.cells import Reading, blocks_of
from pipeline.ingest.delivered import Delivered, Refused, check_size, members_of
from pipeline.ingest.header import SEARCH_ROWS, find_header
from pipeline.ingest.identifiers import show_title

ENCRYPTED = b"\xd0\xcf\x11\xe0"
READ_SIZE = 1_000_000


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
    notes = [] if is_binary else _inspect(path, contract.sheet)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
        if contract.sheet not in sheets:
            raise Refused(
                f"the workbook has no sheet {contract.sheet!r}; its sheets are "
                f"{', '.join(show_title(sheet) for sheet in sheets)}: rename the sheet, or mend the contract"
            )
        cells = workbook.get_sheet_by_name(contract.sheet).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile):
        raise Refused("the workbook cannot be opened: save it as .xlsx without a password") from None
    rows = [[_cell_text(cell) for cell in row] for row in cells]
    numbered = [(number, row) for number, row in enumerate(rows[:SEARCH_ROWS], start=1)]
    position, header = find_header(numbered, contract)
    if position:
        notes.append(f"{position} rows stood above the header and were passed over")
    first = position + contract.header_rows
    body = ((number, row) for number, row in enumerate(rows[first:], start=first + 1) if any(row))
    filled = _fill_down(body, [header.index(name) for name in contract.fill_down if name in header])
    return Reading(tuple(header), blocks_of(filled, len(header)), tuple(notes))


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


def _inspect(path: Path, sheet: str) -> list[str]:
    """Refuses macros, links to other files, entities, bombs and formulas without a value; tells what is hidden."""
    notes = []
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            for info in members_of(package):
                check_size(info.compress_size, info.file_size)
            if any(name.casefold().endswith("vbaproject.bin") for name in names):
                raise Refused("the workbook holds macros (.xlsm): save it as .xlsx, which has none")
            if any(name.startswith("xl/externalLinks/") for name in names):
                raise Refused(
                    "the workbook links to other files: in Excel, Data, Edit links, Break link; then save it again"
                )
            for name in names:
                if name.casefold().endswith((".xml", ".rels")):
                    _check_start(package, name)
            index = _text(package, "xl/workbook.xml")
            hidden = re.findall(r'<sheet [^>]*?name="([^"]*)"[^>]*?state="(?:hidden|veryHidden)"', index)
            if hidden:
                notes.append(
                    f"hidden sheets: {', '.join(show_title(name) for name in hidden)}; they are not read"
                )
            part = _part_of(package, index, sheet)
            if part and part in names:
                notes += _inspect_sheet(package, part)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError):
        raise Refused("the workbook cannot be opened: save it as .xlsx without a password") from None
    return notes


def _check_start(package: zipfile.ZipFile, name: str) -> None:
    """Refuses a part that declares entities; a declaration stands before the first element, in any encoding."""
    with package.open(name) as stream:
        start = stream.read(READ_SIZE).replace(b"\0", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise Refused(
            "the workbook declares entities, as no program that makes workbooks does: ask how it was made"
        )


def _text(package: zipfile.ZipFile, name: str) -> str:
    return package.read(name).decode("utf-8", "replace")


def _part_of(package: zipfile.ZipFile, index: str, sheet: str) -> str | None:
    """The name under which a sheet lies in the package."""
    from html import unescape

    for name, relation in re.findall(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"', index):
        if unescape(name) == sheet:
            relations = _text(package, "xl/_rels/workbook.xml.rels")
            for tag in re.findall(r"<Relationship [^>]*>", relations):
                if f'Id="{relation}"' in tag:
                    target = re.search(r'Target="([^"]*)"', tag)
                    return f"xl/{target[1]}".replace("xl//xl/", "xl/") if target else None
    return None


def _inspect_sheet(package: zipfile.ZipFile, part: str) -> list[str]:
    hidden, rest = 0, ""
    with package.open(part) as stream:
        while block := stream.read(READ_SIZE):
            text = rest + block.decode("utf-8", "replace")
            if found := re.search(
                r'<c r="([A-Z]+\d+)"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>', text
            ):
                raise Refused(
                    f"cell {found[1]} holds a formula without a value: open the workbook in Excel, save it, and "
                    "send it again"
                )
            # A row or a cell may lie across two blocks.
            cut = max(text.rfind("</row>"), 0)
            hidden += len(re.findall(r'<row [^>]*?hidden="(?:1|true)"', text[:cut]))
            rest = text[cut:]
    return [f"{hidden:,} hidden rows were read like the others"] if hidden else []
