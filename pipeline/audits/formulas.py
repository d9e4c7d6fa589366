"""Cells of a workbook whose value is an error, or was never computed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

from pipeline.settings import ConfigurationError

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLACE = re.compile(rb'\br="([A-Z]+\d+)"')
# Not applicable, as some write it, is no accident.
NO_ACCIDENT = b"#N/A"
SHEETS, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_formulas(file: Path) -> None:
    """Raises ConfigurationError for the first cell of an .xlsx that holds a formula without a value, or an error."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as package:
        if not {SHEETS, LINKS} <= set(package.namelist()):
            return
        for sheet, part in _find_sheets(package):
            cells = package.read(part)
            if not _FORMULA.search(cells) and b't="e"' not in cells:
                continue
            for attributes, content in _CELL.findall(cells):
                place = _PLACE.search(attributes)
                value = _VALUE.search(content)
                cell = f"{sheet}!{place[1].decode()}" if place else f"in {sheet}"
                if b't="e"' in attributes and value and value[1] != NO_ACCIDENT:
                    raise ConfigurationError(
                        f"{file}: cell {cell} holds the error {value[1].decode()}: mend its formula, and save it again."
                    )
                if _FORMULA.search(content) and value is None and b't="str"' not in attributes:
                    raise ConfigurationError(
                        f"{file}: cell {cell} holds a formula without a value: open the workbook in Excel, save it "
                        "and try again."
                    )


def _find_sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The names of the sheets, and where in the package they are."""
    try:
        sheets, links = (fromstring(package.read(part)) for part in (SHEETS, LINKS))
    except ParseError:
        return
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in sheets.iter():
        target = targets.get(sheet.get(RELATION), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if sheet.tag.endswith("}sheet") and part in package.namelist() and "worksheets/" in part:
            yield sheet.get("name", ""), part
