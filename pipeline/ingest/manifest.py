"""What a supplier says that it sent: a list of files with their rows, delivered beside them."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.ingest.delivered import Delivered

PATTERN = "manifest"
FILE_HEADERS = ("file", "file_name", "filename", "name")
ROW_HEADERS = ("rows", "row_count", "data_rows", "records", "record_count")


def count_lines(delivered: Delivered) -> int:
    """The lines of a text file, its header among them."""
    lines, last = 0, b""
    for last in delivered.blocks():
        lines += last.count(b"\n")
    return lines + (not last.endswith(b"\n"))


def is_manifest(file: Path) -> bool:
    """Whether a file is a supplier's manifest, by its name."""
    return file.name.casefold().startswith(PATTERN) and file.suffix.casefold() == ".csv"


def read_manifests(folder: Path) -> dict[str, int]:
    """File, as its path or its name → the rows that its supplier says it has."""
    rows: dict[str, int] = {}
    for manifest in sorted(file for file in folder.rglob("*") if file.is_file() and is_manifest(file)):
        with manifest.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            for row in csv.DictReader(lines):
                cells = {
                    (name or "").strip().casefold(): cell
                    for name, cell in row.items()
                    if isinstance(cell, str)
                }
                name = next((cells[header] for header in FILE_HEADERS if cells.get(header)), "")
                count = next((cells[header] for header in ROW_HEADERS if cells.get(header)), "")
                if name and count.replace(",", "").strip().isdecimal():
                    at = (manifest.parent / name).resolve()
                    key = (
                        at.relative_to(folder.resolve()).as_posix()
                        if at.is_relative_to(folder.resolve())
                        else name
                    )
                    rows[key] = int(count.replace(",", ""))
    return rows
