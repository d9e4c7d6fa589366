"""A table drawn as text → what an audit of it says."""

from __future__ import annotations

from pathlib import Path

from pipeline.audits.book import read_book
from pipeline.audits.findings import Findings, audit_tables

Intervals = dict[str, tuple[int, int | None]]


def audit_drawn(folder: Path, table: str, least: int = 1) -> tuple[Findings, list[str]]:
    """The findings of a table of cells between commas, each line one row, and what was not tested."""
    lines = [",".join(cell.strip() for cell in line.split(",")) for line in table.strip("\n").splitlines()]
    (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    book = read_book(folder / "table.csv", least, ())
    return audit_tables(book.tables, least, threshold=5), book.not_tested


def intervals_by_address(findings: Findings) -> Intervals:
    """The lowest and the highest value of each suppressed cell."""
    return {
        each.cell_id: (each.low, each.high) for each in (*findings.exact, *findings.narrow, *findings.wide)
    }
