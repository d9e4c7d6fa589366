"""The exhibits' tables as a workbook after the Analysis Function's conventions: one table a sheet."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gptables
import pandas as pd
from gptables.core.api import produce_workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.report.blocks import TableBlock
from pipeline.report.document import Document
from pipeline.report.numbers import SYMBOL_MEANINGS, SYMBOLS
from pipeline.report.sentences import join, plain
from pipeline.report.tables import Cell, Table

CELLS_SHEET = "Published cells"
CELLS_COLUMNS = (("Sheet", 14), ("Cell", 8), ("Published cell", 100), ("Number", 14))


def write_workbook(document: Document, folder: Path) -> None:
    """Write tables.xlsx into the folder; no cell of it is a formula."""

    marking = document.prefix
    sheets: dict[str, gptables.GPTable] = {}
    for exhibit in document.exhibits:
        notes = [
            *(plain(join(note)) for note in exhibit.notes),
            *([exhibit.caveat] if exhibit.caveat else []),
        ]
        sheets[f"Exhibit {exhibit.number}"] = _sheet(
            exhibit.id,
            exhibit.table,
            title=f"{marking}Exhibit {exhibit.number}: {plain(exhibit.title)}",
            subtitles=[exhibit.subtitle, *notes],
            source=exhibit.source,
        )
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                sheets[_sheet_name(block.title, sheets)] = _sheet(
                    block.id,
                    block.table,
                    title=f"{marking}{block.title}",
                    subtitles=[block.note] if block.note else [],
                )
    cover = gptables.Cover(
        title=safe(document.full_title),
        intro=[
            safe(document.subtitle),
            safe(f"Period: {document.period}. Data cut-off: {document.cut_off}."),
        ],
        about=[
            *(f"{mark.word}: {mark.sentence}" for mark in document.marks),
            *(f"{sign} {meaning}." for sign, meaning in SYMBOL_MEANINGS.items()),
            f"The last sheet, {CELLS_SHEET}, says which published cell each number of an exhibit is.",
            "Intervals are 95% confidence intervals. The first column of each table names its rows.",
        ],
        contact=[safe(f"{document.author}, {document.area}")],
    )
    notes_table = pd.DataFrame(
        {
            "Note": [f"n{number}" for number in range(1, len(_notes(document)) + 1)],
            "Note text": _notes(document),
        }
    )
    with warnings.catch_warnings():
        # The notes hold for every sheet, so no single cell refers to one.
        warnings.filterwarnings("ignore", message="The following notes are not referenced")
        # gptables 2.0 calls pandas in a way that pandas 4 will refuse; both are pinned.
        warnings.simplefilter("ignore", category=pd.errors.Pandas4Warning)
        book = produce_workbook(
            str(folder / "tables.xlsx"),
            sheets=sheets,
            cover=cover,
            contentsheet_options={"title": f"{marking}Table of contents"},
            notes_table=notes_table,
            notesheet_options={"title": f"{marking}Notes"},
            workbook_options={
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,
            },
        )
    _name_cells(book, document, marking)
    day = document.context.settings.assessment.cut_off
    book.set_properties(
        {
            "title": document.full_title,
            "author": document.author,
            # The moment of writing would make two runs differ.
            "created": datetime(day.year, day.month, day.day, tzinfo=UTC),
        }
    )
    book.close()


def _name_cells(book: Any, document: Document, marking: str) -> None:
    """The last sheet: which published cell, and which number of it, stands in each cell of an exhibit's table."""
    sheet = book.add_worksheet(CELLS_SHEET)
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{marking}Published cell of each number", bold)
    sheet.write_string(1, 0, "This worksheet contains one table.")
    for column, (heading, width) in enumerate(CELLS_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, heading, bold)
    row = 3
    for exhibit in document.exhibits:
        name = f"Exhibit {exhibit.number}"
        # A table ends its sheet.
        first = book.get_worksheet_by_name(name).dim_rowmax - len(exhibit.table.rows) + 1
        for line, cells in enumerate(exhibit.table.rows, start=first):
            for column, cell in enumerate(cells):
                if cell.cell_id:
                    texts = (name, xl_rowcol_to_cell(line, column), cell.cell_id, cell.field)
                    for place, text in enumerate(texts):
                        sheet.write_string(row, place, text)
                    row += 1


def safe(text: object) -> str:
    """Text in which gptables finds neither a link nor a note, and a spreadsheet no formula."""
    words = str(text).replace("](", "] (").replace("$$", "$ $")
    words = "".join(letter for letter in words if letter.isprintable() or letter == "\n")
    if not re.search("[a-zA-Z0-9]", words):
        # gptables refuses a cell without a plain letter or digit.
        return f"text: {words}" if words.strip() else "none"
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


def _sheet_name(title: str, taken: dict[str, Any]) -> str:
    name = "".join(letter for letter in title if letter not in "[]:*?/\\'")[:28].strip()
    while name in taken:
        name = f"{name[:26]} 2"
    return name


def _sheet(
    name: str, table: Table, *, title: str, subtitles: Sequence[str], source: str = ""
) -> gptables.GPTable:

    headings = _unique([safe(column.heading) for column in table.columns])
    rows = [[_value(cell) for cell in row] for row in table.rows] or [[""] * len(headings)]
    legend = [f"{SYMBOLS[s]} {SYMBOL_MEANINGS[SYMBOLS[s]]}" for s in SYMBOLS if s in table.statuses]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=pd.Index(headings), dtype="object"),
        table_name=f"table_{name.replace('-', '_')}",
        title=safe(title),
        subtitles=[safe(subtitle) for subtitle in subtitles],
        source=safe(source) if source else None,
        legend=legend,
        instructions="This worksheet contains one table.",
        index_columns={2: 0},
        additional_formatting=_formats(table, headings),
    )


def _formats(table: Table, headings: Sequence[str]) -> list[dict[str, Any]]:
    """Number formats by the column's decimals, and numbers to the right."""
    formats: list[dict[str, Any]] = []
    for index, (column, heading) in enumerate(zip(table.columns, headings, strict=True)):
        if column.is_number:
            decimals = max((row[index].decimals for row in table.rows), default=0)
            places = "." + "0" * decimals if decimals else ""
            formats.append(
                {
                    "column": {
                        "columns": [heading],
                        "format": {"align": "right", "num_format": f"#,##0{places}"},
                    }
                }
            )
            # The first row of a table is its headings.
            for line, row in enumerate(table.rows, start=1):
                if row[index].sign:
                    shown = {"align": "right", "num_format": f'"{row[index].sign} "#,##0{places}'}
                    formats.append({"cell": {"cells": [(line, index)], "format": shown}})
    return formats


def _value(cell: Cell) -> str | float | int:
    if cell.number is None:
        return safe(cell.text)
    return int(cell.number) if cell.decimals == 0 else round(cell.number, cell.decimals)


def _unique(headings: Sequence[str]) -> list[str]:
    made: list[str] = []
    for heading in headings:
        name = heading or "Column"
        made.append(name if name not in made else f"{name} ({len(made) + 1})")
    return made


def _notes(document: Document) -> list[str]:
    caveats = [caveat for section in document.sections for caveat in section.caveats]
    caveats += [exhibit.caveat for exhibit in document.exhibits if exhibit.caveat]
    return list(dict.fromkeys(safe(caveat) for caveat in caveats)) or ["No notes."]
