"""Data quality in words: what a reader must know of each source, and no count that is too small to print."""

from __future__ import annotations

from pathlib import Path

import pytest
from published import write_published

from pipeline.report.blocks import TableBlock
from pipeline.report.document import build_document
from pipeline.report.published import read_published
from pipeline.report.specs import read_report_spec
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def tables(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TableBlock]:
    """The tables of the section on data quality, by name."""
    reports, folder = settings.project / "reports", write_published(tmp_path_factory.mktemp("published"))
    document = build_document(
        read_report_spec(reports / "yearly.yml"), read_published(folder), settings, reports
    )
    [section] = [section for section in document.sections if section.id == "quality"]
    return {block.id: block for block in section.blocks if isinstance(block, TableBlock)}


def test_the_defects_of_a_source_are_told_in_words(tables: dict[str, TableBlock]) -> None:
    [(source, text)] = [[cell.text for cell in row] for row in tables["defects"].table.rows]
    assert source == "Police recorded crime, record level"
    assert text == (
        "July 2021 never arrived, so no total that needs it is shown. "
        "310 of 398,430 rows (0.1%) were held back: “recorded on” is not a date (310). "
        "12,350 of 398,430 records (3.1%) carry no small area: they count in the total, and in no neighbourhood. "
        "Fewer than 5 of 398,430 records carry an area code that does not exist: they count in the total, and in "
        "no neighbourhood. "
        "Small areas are given by codes of 2011, brought to the areas of 2021."
    )


def test_the_table_of_rows_leaves_out_what_is_no_count_of_rows(tables: dict[str, TableBlock]) -> None:
    table = tables["data-quality"].table
    assert [column.heading for column in table.columns] == [
        "Source",
        "Rows accepted",
        "Rows held back, with a reason",
        "Records without a place",
        "Records with an unknown area code",
    ]
    assert [cell.text for cell in table.rows[0]][1:] == ["398,120", "310", "12,350", "fewer than 5"]


def test_defects_come_before_the_list_of_sources(tables: dict[str, TableBlock]) -> None:
    names = list(tables)
    assert names.index("defects") < names.index("source-status") < names.index("data-quality")


def test_the_page_says_them(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "What is wrong with each source" in page
    assert "so no total that needs it is shown" in page
