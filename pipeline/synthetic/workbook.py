"""A workbook of one sheet, the same bytes on every machine."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook_bytes(sheet: str, rows: Sequence[Sequence[str | int]]) -> bytes:
    """An .xlsx with one sheet of up to 26 columns; whole numbers are numbers, all else is text."""
    buffer = io.BytesIO()
    # Not compressed: another version of the library would compress to other bytes.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in _parts(sheet, rows).items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + content)
    return buffer.getvalue()


def _parts(sheet: str, rows: Sequence[Sequence[str | int]]) -> dict[str, str]:
    """The parts of the package by name."""
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetData>'
            + "".join(_row(number, cells) for number, cells in enumerate(rows, start=1))
            + "</sheetData></worksheet>"
        ),
    }


def _relation(kind: str, target: str) -> str:
    """A list of one relation."""
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _row(number: int, cells: Sequence[str | int]) -> str:
    """One row of cells, from column A."""
    return (
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + n)}{number}", cell) for n, cell in enumerate(cells))
        + "</row>"
    )


def _cell(place: str, cell: str | int) -> str:
    """One cell; the text lies in the cell itself."""
    if isinstance(cell, int):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
