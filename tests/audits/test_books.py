"""Ordinary tables, as publishers lay them out, are read with their names, markers and totals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline.audits.book import read_book
from pipeline.audits.findings import audit_tables
from pipeline.settings import ConfigurationError

Rows = list[list[object]]
SaveBook = Callable[..., Path]
DISTRICTS: Rows = [
    ["District", "Domestic", "Not domestic", "Total"],
    ["North", "c", 34, 37],
    ["South", 12, 31, 43],
    ["All", 15, 65, 80],
]


@pytest.fixture
def save_book(tmp_path: Path) -> SaveBook:
    """A function from sheets of rows to a saved workbook."""

    def save(**sheets: Rows) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


def intervals_of(
    file: Path, least: int = 1, markers: tuple[str, ...] = ()
) -> dict[str, tuple[int, int | None]]:
    """The intervals of a file's suppressed cells, by what a cell is called in words."""
    tables = read_book(file, least, markers).tables
    findings = audit_tables(tables, least, threshold=5)
    labels = {cell: label for table in tables for cell, label in table.labels.items()}
    found = (*findings.exact, *findings.narrow, *findings.wide)
    return {labels[each.cell_id]: (each.low, each.high) for each in found}


def test_title_notes_blank_lines_and_a_heading_over_columns_do_no_harm(save_book: SaveBook) -> None:
    file = save_book(
        table=[
            ["Table 3: admissions by sex and age, 2023"],
            ["c stands for 1 to 7"],
            [],
            ["Area", "Males", None, None, "Females", None, None, "Persons"],
            [None, "0-17", "18+", "All ages", "0-17", "18+", "All ages"],
            ["England"],
            ["North", "c", 12, 15, 4, 20, 24, 39],
            [],
            ["South", 5, 7, 12, "c", "c", 9, 21],
            ["Total", 8, 19, 27, "c", "c", 33, 60],
            [],
            ["Source: made up"],
            ["1", "Revised in 2024"],
        ]
    )
    assert intervals_of(file) == {
        "North, Males 0-17": (3, 3),
        "South, Females 0-17": (1, 8),
        "South, Females 18+": (1, 8),
        "Total, Females 0-17": (5, 12),
        "Total, Females 18+": (21, 28),
    }


def test_cells_are_called_by_their_address_in_the_spreadsheet(save_book: SaveBook) -> None:
    file = save_book(First=[[], [None, None, *DISTRICTS[0]], *([None, None, *row] for row in DISTRICTS[1:])])
    [table] = read_book(file, 1, ()).tables
    assert list(table.figures)[:3] == ["First!D3", "First!E3", "First!F3"]
    assert set(table.relations["relation_id"]) >= {
        "First!F3 = sum of First!D3 to E3",
        "First!D5 = sum of First!D3 to D4",
    }


def test_years_above_columns_are_names_and_years_before_rows_too(save_book: SaveBook) -> None:
    across = save_book(a=[["Offence", 2021, 2022], ["Theft", 30, 20], ["Robbery", 12, "c"], ["All", 42, 22]])
    assert intervals_of(across) == {"Robbery, 2022": (2, 2)}
    down = save_book(a=[["Year", "Theft", "Robbery", "All"], [2021, 30, 12, 42], [2022, 20, "c", 22]])
    assert intervals_of(down) == {"2022, Robbery": (2, 2)}


def test_codes_and_names_before_the_rows_are_both_names(save_book: SaveBook) -> None:
    rows: Rows = [["Year", "Code", "Name", "Boys", "Girls", "Both"], ["2023", "E1", "Aville", "c", 20, 24]]
    rows += [[None, "E2", "Btown", 30, 12, 42], ["2024", "E1", "Aville", 9, "c", 14]]
    assert intervals_of(save_book(a=rows)) == {
        "2023 E1 Aville, Boys": (4, 4),
        "2024 E1 Aville, Girls": (5, 5),
    }


def test_many_names_before_one_figure_and_remarks_after_it_are_no_figures(save_book: SaveBook) -> None:
    rows: Rows = [["Country", "Region", "Code", "Name", "Crimes"], ["England", "North", "E1", "Aville", "c"]]
    rows += [
        ["England", "North", "E2", "Btown", 30, "late", "and", "revised"],
        ["England", "North", "E", "All", 34],
    ]
    assert intervals_of(save_book(a=rows)) == {"England North E1 Aville, Crimes": (4, 4)}


def test_rates_shares_and_changes_are_left_out_and_said(save_book: SaveBook) -> None:
    extra: Rows = [
        ["Rate", "% domestic", "Change", "Average age"],
        [1.4, 8, -2, 31],
        [2.2, 28, 4, 33],
        [1.9, 19, 2, 32],
    ]
    file = save_book(a=[[*row, *more] for row, more in zip(DISTRICTS, extra, strict=True)])
    assert intervals_of(file) == {"North, Domestic": (3, 3)}
    notes = read_book(file, 1, ()).notes
    assert "Rate, % domestic, Change and 1 more left out: no counts" in notes[0]


def test_markers_may_say_what_a_count_is_at_most_and_blanks_may_be_nothing(save_book: SaveBook) -> None:
    rows: Rows = [
        ["Area", "A", "B", "C", "Total"],
        ["North", "<5", "<5", 10, 18],
        ["South", None, "c", 7, 10],
    ]
    assert intervals_of(save_book(a=rows)) == {
        "North, A": (4, 4), "North, B": (4, 4), "South, A": (0, 2), "South, B": (1, 3),
    }  # fmt: skip
    assert intervals_of(save_book(a=rows), least=0)["South, B"] == (0, 3)


def test_words_among_figures_leave_a_table_out_unless_they_are_a_marker(save_book: SaveBook) -> None:
    rows: Rows = [["Area", "A", "B", "Total"], ["North", "•", 5, 8], ["South", 4, 6, 10], ["East", 2, 9, 11]]
    file = save_book(spoilt=rows, sound=DISTRICTS)
    assert intervals_of(file) == {"North, Domestic": (3, 3)}
    assert (
        "spoilt!B2:D4 is left out: spoilt!B2 holds words among figures"
        in read_book(file, 1, ()).not_tested[0]
    )
    assert intervals_of(file, markers=("•",))["North, A"] == (3, 3)


def test_several_tables_of_a_sheet_and_several_sheets_are_each_read(save_book: SaveBook) -> None:
    file = save_book(
        one=[*DISTRICTS, [], [], [], *DISTRICTS], two=[*DISTRICTS, *DISTRICTS], notes=[["c: suppressed"]]
    )
    book = read_book(file, 1, ())
    tables, notes = book.tables, book.notes
    assert [len(table.figures) for table in tables] == [9, 9, 9, 9]
    assert notes[-1].startswith("Each table is audited for itself")


def test_a_table_that_contradicts_itself_is_left_out_and_said(save_book: SaveBook) -> None:
    wrong: Rows = [
        ["Area", "A", "B", "Total"],
        ["N", 5, 6, 11],
        ["S", 4, 6, 10],
        ["E", 2, 9, 11],
        ["W", 3, 3, 7],
    ]
    tables = read_book(save_book(wrong=wrong, sound=DISTRICTS), 1, ()).tables
    findings = audit_tables(tables, 1, 5)
    assert findings.cell_count == 9
    assert findings.untested == 0
    [said] = findings.contradictions
    assert said.startswith("relation 'wrong!D5 = sum of wrong!B5 to C5' is all shown")


def test_what_looks_rounded_and_totals_that_are_none_are_said(save_book: SaveBook) -> None:
    rows: Rows = [
        ["Area", "A", "B", "C", "Total"],
        *([f"n{at}", at * 5, 10, 15, at * 5 + 25] for at in range(1, 8)),
    ]
    book = read_book(save_book(a=[*rows, ["All areas", 150, 60, 110, 320]]), 1, ())
    assert "its numbers look rounded to 5" in book.notes[0]
    assert "row All areas is called a total, but is no sum of its neighbours" in book.not_tested[0]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.csv",
            b"Area,A,B\nNorth,1,2\nSouth,5,9\n",
            "has no table whose totals add up: give a table a column of",
        ),
        ("a.csv", b"", "has no table whose totals add up"),
        ("a.csv", b"Area,A\nN\xefrth,1\n", "is not UTF-8 text: save it as 'CSV UTF-8'."),
        (
            "a.xlsx",
            b"no workbook",
            "cannot be read as a workbook: open it, and save it as .xlsx without a password.",
        ),
        ("a.pdf", b"%PDF", "is neither a .csv nor a workbook"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match="^" + str(tmp_path / name)) as error:
        read_book(tmp_path / name, 1, ())
    assert says in str(error.value)


def test_how_far_an_audit_is_is_told_cell_by_cell(save_book: SaveBook) -> None:
    rows: Rows = [["Area", "A", "B", "Total"], ["N", "c", "c", 30], ["S", "c", "c", 20], ["E", 5, 6, 11]]
    told: list[int] = []
    audit_tables(read_book(save_book(a=rows), 1, ()).tables, 1, 5, told.append)
    assert sum(told) == 4
