"""Files as people save them are read, and what cannot be is one sentence that says where and how to mend it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.audits.book import read_book
from pipeline.audits.cell_files import has_cells, read_cell_files
from pipeline.audits.findings import audit_tables
from pipeline.settings import ConfigurationError
from tests.audits.drawn import audit_drawn, intervals_by_address

TABLE = "Area,A,B,Total\nN,c,34,37\nE,12,31,43\nTotal,15,65,80\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_separated_by_what_its_header_has(tmp_path: Path, separator: str) -> None:
    (tmp_path / "a.csv").write_text(
        "Title, with commas, and more\n" + TABLE.replace(",", separator) + "\n,,,\n\n"
    )
    findings = audit_tables(read_book(tmp_path / "a.csv", 1, ()).tables, 1, 5)
    assert intervals_by_address(findings) == {"B3": (3, 3)}


def test_cells_and_relations_may_have_capitals_empty_rows_and_semicolons(tmp_path: Path) -> None:
    cells, relations = tmp_path / "cells.csv", tmp_path / "relations.csv"
    cells.write_text("Cell_ID;Value;\na;c;\nb;3;\nt;8;\n;;\n\n")
    relations.write_text("Relation_ID,Total_Cell,Part_Cell\nr,t,a\nr,t,b\n,,\n")
    assert has_cells(cells)
    findings = audit_tables([read_cell_files(cells, relations, ())], 1, 5)
    assert intervals_by_address(findings) == {"a": (5, 5)}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b'Area,A,Total\nN,c,7\nE,"12,31\nS,1,2\n', "a.csv line 3 cannot be read"),
        ("a.csv", b"PK\x03\x04rest", "is a workbook and not text: name it .xlsx"),
        ("a.csv", b"Area,A,Total\nN,#REF!,7\n", "a.csv line 2 holds the error #REF!"),
        ("a.csv", TABLE.replace("34", "maybe").encode(), "C2 holds words among figures ('maybe')"),
        ("a.csv", b"Area,A,B,Total\nN,c,34,37\nE,12,31000000,31000012\n", "C3 is over 10,000,000"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        read_book(tmp_path / name, 1, ())
    assert says in str(error.value)


def test_a_formula_without_a_value_and_an_error_are_refused_with_their_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "One"
    sheet = book.create_sheet("Two")
    for row in (["Area", "A", "B", "Total"], ["N", "c", 34, 37], ["E", 12, 31, "=B3+C3"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(
        ConfigurationError, match=r"cell Two!D3 holds a formula without a value: open the workbook in"
    ):
        read_book(tmp_path / "a.xlsx", 1, ())
    sheet["D3"] = "#REF!"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ConfigurationError, match=r"cell Two!D3 holds the error #REF!"):
        read_book(tmp_path / "a.xlsx", 1, ())


@pytest.mark.parametrize("header", ["High, Medium, Low", "S,X,C", "2022, 2023, 2024"])
def test_headers_that_are_also_markers_or_numbers_are_headers(tmp_path: Path, header: str) -> None:
    table = f"""
    Area,  {header}
    North, c,  34, 3
    East,  12, 31, 4
    Total, 15, 65, 7
    """
    findings, _ = audit_drawn(tmp_path, table)
    assert findings.cell_count == 9
    assert intervals_by_address(findings) == {"B2": (3, 3)}


def test_what_a_zero_under_a_marker_would_cure_is_said_first(tmp_path: Path) -> None:
    from pipeline.disclosure.intervals import Contradiction

    with pytest.raises(Contradiction, match=r"^say --least 0, with which all holds"):
        audit_drawn(tmp_path, "Area, A, B, Total\nN, c, 37, 37\nE, 12, 31, 43\nTotal, 12, 68, 80")
