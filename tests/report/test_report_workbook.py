"""The workbook holds the published numbers as numbers, and no formula."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from published import DISTRICTS
from python_calamine import CalamineWorkbook
from test_report_page import Page


@pytest.fixture(scope="module")
def sheets(report: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(report / "tables.xlsx"))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_no_cell_is_a_formula_and_no_link_leads_out(report: Path) -> None:
    with zipfile.ZipFile(report / "tables.xlsx") as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) >= 18
        for name in sheets:
            assert b"<f" not in archive.read(name).replace(b"<family", b"")
        assert not [name for name in archive.namelist() if "externalLink" in name]
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name), name


def test_the_workbook_has_cover_contents_and_notes(sheets: dict[str, list[list[object]]]) -> None:
    assert list(sheets)[:3] == ["Cover", "Contents", "Notes"]


def test_synthetic_and_draft_stand_in_the_first_row_of_every_sheet(
    sheets: dict[str, list[list[object]]],
) -> None:
    assert [name for name, rows in sheets.items() if "SYNTHETIC DRAFT" not in str(rows[0][0])] == []


def test_no_text_begins_as_a_formula_does(sheets: dict[str, list[list[object]]]) -> None:
    texts = [
        cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str) and cell
    ]
    assert [text for text in texts if text[0] in "=+-@"] == []
    assert not [text for text in texts if re.search(r"\b(NaN|nan|NaT|inf)\b|<NA>|^None$", text)]


def test_every_number_of_an_exhibit_on_the_page_is_a_number_in_its_sheet(
    report: Path, sheets: dict[str, list[list[object]]]
) -> None:
    page = Page((report / "index.html").read_text(encoding="utf-8"))
    checked = 0
    for index, (tag, found) in enumerate(page.tags):
        if tag != "figure" or "exhibit" not in (found.get("class") or ""):
            continue
        number = re.search(r"Exhibit (\d+\.\d+)", page.texts[index])
        assert number
        inside = [
            i
            for i in cells_between(page, index)
            if "data-cell-id" in page.tags[i][1] and page.tags[i][0] == "td"
        ]
        wanted = sorted(page.texts[i] for i in inside)
        rows = sheets[f"Exhibit {number.group(1)}"]
        got = [cell for row in rows for cell in row[1:] if cell not in ("", None)]
        plain = [float(cell) for cell in got if isinstance(cell, int | float)]
        for text in wanted:
            if text.startswith("["):
                assert text in got
            else:
                assert float(text.replace(",", "").rstrip("%")) in plain, (number.group(1), text)
            checked += 1
    assert checked > 500


def cells_between(page: Page, start: int) -> range:
    later = [i for i in range(start + 1, len(page.tags)) if page.tags[i][0] == "figure"]
    return range(start, later[0] if later else len(page.tags))


def test_suppressed_missing_and_inapplicable_have_their_signs(sheets: dict[str, list[list[object]]]) -> None:
    texts = {cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str)}
    assert {"[c]", "[x]", "[z]"} <= texts


def test_a_number_with_a_sign_keeps_it_and_is_a_number(report: Path) -> None:
    book = openpyxl.load_workbook(report / "tables.xlsx")
    [sheet] = [each for each in book if "How districts change their places" in str(each["A1"].value)]
    rows = list(sheet.iter_rows())
    first = next(place for place, row in enumerate(rows, start=1) if row[0].value == "District")
    rows = rows[first : first + len(DISTRICTS)]
    # As on the page: two stand, two could be undone or made.
    assert [(row[1].value, row[1].number_format.startswith('"? "')) for row in rows] == [
        (2, False), (-1, True), (-1, False), (0, False), (0, True)
    ]  # fmt: skip
